import { runVersion } from '@vpc-bridge/plugin'
import { standaloneRuntime } from '@vpc-bridge/runtime/standalone'

/*
 * The standalone executable. It reads no more of itself than a command needs.
 */

const runtime = standaloneRuntime()
if (runtime.environment['CNI_COMMAND'] === 'VERSION') runVersion(runtime)
// Bundled apart from this module.
await import('./standalone-program.js')
