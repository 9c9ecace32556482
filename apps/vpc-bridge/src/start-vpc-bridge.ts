import { start } from '@vpc-bridge/cli'
import type { Program } from '@vpc-bridge/plugin'
import { additions } from './cli/additions.ts'
import { versionLine } from './version.ts'
import { vpcBridge } from './vpc-bridge.ts'

/**
 * Runs vpc-bridge: as a CNI plugin if CNI_COMMAND is set, else its command line. Ends the process.
 *
 * @param build what `--version` names the build
 */
export function startVpcBridge(program: Program, build: string): Promise<never> {
  return start(vpcBridge, { ...program, version: versionLine(build) }, additions)
}
