import { runAsCni } from '@vpc-bridge/plugin'
import { vpcBridge } from './cni-plugin.ts'
import { standaloneBuild } from './standalone-build.ts'

/*
 * The first part of the standalone executable. What a container runtime waits for is without the command line.
 */

const build = standaloneBuild()
if (build.runtime.environment['CNI_COMMAND'] !== undefined) await runAsCni(vpcBridge, build)
