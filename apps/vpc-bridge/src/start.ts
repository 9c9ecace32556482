import { type Outcome, runPlugin } from '@vpc-bridge/cni'
import type { Kernel } from '@vpc-bridge/kernel'
import { vpcBridge } from './cni-plugin.ts'
import type { Files } from './files.ts'
import { interruption } from './interruption.ts'
import { openLog } from './log.ts'
import { versionLine } from './version.ts'

/** What differs between the builds of the program. */
export interface Build {
  readonly kernel: Kernel
  readonly files: Files
  /** Name of the driver that the kernel is spoken to by. */
  readonly driver: string
  /** Path of the program, if it is a single file. */
  readonly executable?: string
}

/** The program: a CNI plugin if CNI_COMMAND is set, else a command line. Ends the process. */
export async function start(build: Build): Promise<never> {
  const code = process.env['CNI_COMMAND'] === undefined ? await runCli(build) : report(await runCni(build), build.files)
  build.kernel.close()
  // Everything has been written. Waiting for what a runtime does in the background would take as long as some steps.
  process.exit(code)
}

async function runCli({ kernel, files, driver, executable }: Build): Promise<number> {
  // Not loaded when a runtime waits for the plugin.
  const { runCommandLine } = await import('./cli/run.ts')
  return runCommandLine(process.argv.slice(2), {
    environment: process.env,
    version: versionLine(driver),
    ...(executable === undefined ? {} : { executable }),
    kernel,
    append: files.append,
    readInput: () => files.readToEnd(0),
    print: (line) => files.write(1, `${line}\n`),
    printError: (line) => void files.write(2, `${line}\n`),
    isInteractive: process.stdout.isTTY === true,
  })
}

function runCni({ kernel, files }: Build): Promise<Outcome> {
  const { CNI_COMMAND: command, CNI_CONTAINERID: containerId, CNI_IFNAME: ifName } = process.env
  const log = openLog(process.env, `${command} ${containerId ?? ''} ${ifName ?? ''}`, files.append)
  const plugin = vpcBridge({ kernel, log, interruption })
  return runPlugin(plugin, { environment: process.env, readInput: () => files.readToEnd(0) })
}

function report({ stdout, stderr, exitCode }: Outcome, { write }: Files): number {
  write(2, stderr)
  return write(1, stdout) ? exitCode : 1
}
