import { internalErrorCode, newestVersion, type Outcome, runPlugin } from '@vpc-bridge/cni'
import type { Kernel } from '@vpc-bridge/kernel'
import type { Runtime } from '@vpc-bridge/runtime'
import { runCommandLine } from './cli/run.ts'
import { vpcBridge } from './cni-plugin.ts'
import { hasLooks, plain } from './command-line/style.ts'
import { openLog } from './log.ts'
import { versionLine } from './version.ts'

/** What differs between the builds of the program. */
export interface Build {
  readonly runtime: Runtime
  readonly kernel: Kernel
  /** Name of the driver that the kernel is spoken to by. */
  readonly driver: string
}

/** The program: a CNI plugin if CNI_COMMAND is set, else a command line. Ends the process. */
export async function start(build: Build): Promise<never> {
  const { runtime, kernel } = build
  const isPlugin = runtime.environment['CNI_COMMAND'] !== undefined
  try {
    const code = isPlugin ? report(await runCni(build), runtime) : await runCli(build)
    kernel.close()
    // Everything has been written. Waiting for what a runtime does in the background would take as long as some steps.
    return runtime.exit(code)
  } catch (bug) {
    return runtime.exit(report(outcomeOfBug(bug, isPlugin), runtime))
  }
}

function runCli({ runtime, kernel, driver }: Build): Promise<number> {
  const { files } = runtime
  const printTo = (descriptor: number) => {
    const isPlain = !hasLooks(runtime, descriptor)
    return (line: string) => files.write(descriptor, `${isPlain ? plain(line) : line}\n`)
  }
  return runCommandLine({
    runtime,
    version: versionLine(driver),
    kernel,
    print: printTo(1),
    printError: printTo(2),
    isInteractive: files.isTerminal(1),
  })
}

function runCni({ runtime, kernel }: Build): Promise<Outcome> {
  const { environment, clock, interruption } = runtime
  const { CNI_COMMAND: command, CNI_CONTAINERID: containerId, CNI_IFNAME: ifName } = environment
  const log = openLog(runtime, `${command} ${containerId ?? ''} ${ifName ?? ''}`)
  return runPlugin(vpcBridge({ kernel, log, clock, interruption }), runtime)
}

function report({ stdout, stderr, exitCode }: Outcome, { files: { write } }: Runtime): number {
  write(2, stderr)
  return write(1, stdout) ? exitCode : 1
}

function outcomeOfBug(bug: unknown, isPlugin: boolean): Outcome {
  const msg = `internal error: ${bug instanceof Error ? bug.message : String(bug)}`
  const document = `${JSON.stringify({ cniVersion: newestVersion, code: internalErrorCode, msg })}\n`
  return { stdout: isPlugin ? document : '', stderr: `${msg}\n`, exitCode: 1 }
}
