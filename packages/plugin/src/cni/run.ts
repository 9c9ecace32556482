import { internalErrorCode, newestVersion, type Outcome, runPlugin } from '@vpc-bridge/cni'
import type { Kernel } from '@vpc-bridge/kernel'
import type { Runtime } from '@vpc-bridge/runtime'
import type { DefinedPlugin } from './defined-plugin.ts'
import { openLog } from './log.ts'
import { report } from './report.ts'

/** The process of a plugin, and a driver of the kernel. */
export interface Program {
  readonly runtime: Runtime
  readonly kernel: Kernel
}

/**
 * Carries out the command that the environment (CNI_*) names, as a container runtime asks for it, and ends the process: with 0 and the
 * result on standard output, or with 1 and the error there, in JSON.
 *
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md
 */
export async function runAsCni({ type, using }: DefinedPlugin, { runtime, kernel }: Program): Promise<never> {
  const { environment, clock, interruption } = runtime
  const { CNI_COMMAND: command, CNI_CONTAINERID: containerId, CNI_IFNAME: ifName } = environment
  const log = openLog(runtime, type, `${command} ${containerId ?? ''} ${ifName ?? ''}`)
  try {
    const outcome = await runPlugin(using({ kernel, log, clock, interruption }), runtime)
    kernel.close()
    // Everything has been written. Waiting for what a runtime does in the background would take as long as some steps.
    return runtime.exit(report(outcome, runtime))
  } catch (bug) {
    return runtime.exit(report(outcomeOfBug(bug), runtime))
  }
}

/** Returns the outcome of an exception, which only a bug throws. */
function outcomeOfBug(bug: unknown): Outcome {
  const msg = `internal error: ${bug instanceof Error ? bug.message : String(bug)}`
  const document = `${JSON.stringify({ cniVersion: newestVersion, code: internalErrorCode, msg })}\n`
  return { stdout: document, stderr: `${msg}\n`, exitCode: 1 }
}
