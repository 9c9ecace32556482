import { standaloneBuild } from './standalone-build.ts'
import { startCommandLine } from './start.ts'

/*
 * The second part of the standalone executable, for where the first one has nothing to do.
 */

await startCommandLine(standaloneBuild())
