import { hasLooks, plain, programName } from '@vpc-bridge/cli'
import type { Kernel } from '@vpc-bridge/kernel'
import { runAsCni } from '@vpc-bridge/plugin'
import type { Runtime } from '@vpc-bridge/runtime'
import { runCommandLine } from './cli/run.ts'
import { vpcBridge } from './cni-plugin.ts'
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
  if (runtime.environment['CNI_COMMAND'] !== undefined) {
    return runAsCni(vpcBridge, build)
  }
  try {
    const code = await runCli(build)
    kernel.close()
    return runtime.exit(code)
  } catch (bug) {
    runtime.files.write(2, `internal error: ${bug instanceof Error ? bug.message : String(bug)}\n`)
    return runtime.exit(1)
  }
}

function runCli({ runtime, kernel, driver }: Build): Promise<number> {
  const { files } = runtime
  const printTo = (descriptor: number) => {
    const isPlain = !hasLooks(runtime, descriptor)
    return (line: string) => files.write(descriptor, `${isPlain ? plain(line) : line}\n`)
  }
  return runCommandLine({
    type: 'vpc-bridge',
    program: programName('vpc-bridge', runtime),
    runtime,
    version: versionLine(driver),
    kernel,
    print: printTo(1),
    printError: printTo(2),
    isInteractive: files.isTerminal(1),
  })
}
