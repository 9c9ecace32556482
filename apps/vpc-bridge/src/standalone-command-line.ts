import { startCommandLine } from '@vpc-bridge/cli'
import { additions } from './cli/additions.ts'
import { standaloneBuild } from './standalone-build.ts'
import { versionLine } from './version.ts'
import { vpcBridge } from './vpc-bridge.ts'

/*
 * The second part of the standalone executable, for where the first one has nothing to do.
 */

await startCommandLine(vpcBridge, { ...standaloneBuild(), version: versionLine('standalone executable') }, additions)
