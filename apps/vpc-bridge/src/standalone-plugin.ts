import { runAsCni } from '@vpc-bridge/plugin'
import { standaloneBuild } from './standalone-build.ts'
import { vpcBridge } from './vpc-bridge.ts'

/*
 * The first part of the standalone executable. What a container runtime waits for is without the command line.
 */

const build = standaloneBuild()
if (build.runtime.environment['CNI_COMMAND'] !== undefined) await runAsCni(vpcBridge, build)
