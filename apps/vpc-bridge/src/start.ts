import type { Kernel } from '@vpc-bridge/kernel'
import { runAsCni } from '@vpc-bridge/plugin'
import type { Runtime } from '@vpc-bridge/runtime'
import { runCommandLine } from './cli/run.ts'
import { hasLooks, plain } from './command-line/style.ts'
import { versionLine } from './version.ts'
import { vpcBridge } from './vpc-bridge.ts'

/** What differs between the builds of the program. */
export interface Build {
  readonly runtime: Runtime
  readonly kernel: Kernel
  readonly name: string
}

/** The program: a CNI plugin if CNI_COMMAND is set, else a command line. Ends the process. */
export function start(build: Build): Promise<never> {
  return build.runtime.environment['CNI_COMMAND'] === undefined ? startCommandLine(build) : runAsCni(vpcBridge, build)
}

/** The command line. Ends the process. */
export async function startCommandLine(build: Build): Promise<never> {
  const { runtime, kernel } = build
  try {
    const code = await runCli(build)
    kernel.close()
    return runtime.exit(code)
  } catch (bug) {
    runtime.files.write(2, `internal error: ${bug instanceof Error ? bug.message : String(bug)}\n`)
    return runtime.exit(1)
  }
}

function runCli({ runtime, kernel, name }: Build): Promise<number> {
  const { files } = runtime
  const printTo = (descriptor: number) => {
    const isPlain = !hasLooks(runtime, descriptor)
    return (line: string) => files.write(descriptor, `${isPlain ? plain(line) : line}\n`)
  }
  return runCommandLine({
    runtime,
    version: versionLine(name),
    kernel,
    print: printTo(1),
    printError: printTo(2),
    isInteractive: files.isTerminal(1),
  })
}
