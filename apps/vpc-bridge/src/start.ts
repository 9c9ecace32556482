import { readFileSync, writeSync } from 'node:fs'
import { type Outcome, runPlugin } from '@vpc-bridge/cni'
import type { Kernel } from '@vpc-bridge/kernel'
import { err, ok, type Result } from 'neverthrow'
import { vpcBridge } from './cni-plugin.ts'
import { interruption } from './interruption.ts'
import { openLog } from './log.ts'

/** What differs between the builds of the program. */
export interface Build {
  readonly createKernel: () => Kernel
  /** What `--version` prints. */
  readonly version: string
}

/**
 * The program: a CNI plugin if CNI_COMMAND is set, else a command line.
 *
 * @returns the exit code
 */
export async function start({ createKernel, version }: Build): Promise<number> {
  const kernel = createKernel()
  try {
    if (process.env['CNI_COMMAND'] !== undefined) return report(await runCni(kernel))
    // Not loaded when a runtime waits for the plugin.
    const { runCommandLine } = await import('./cli/run.ts')
    return await runCommandLine(process.argv.slice(2), {
      environment: process.env,
      version,
      kernel,
      print: (line) => write(1, `${line}\n`),
      printError: (line) => write(2, `${line}\n`),
      isInteractive: process.stdout.isTTY === true,
    })
  } finally {
    kernel.close()
  }
}

function runCni(kernel: Kernel): Promise<Outcome> {
  const { CNI_COMMAND: command, CNI_CONTAINERID: containerId, CNI_IFNAME: ifName } = process.env
  const log = openLog(process.env, `${command} ${containerId ?? ''} ${ifName ?? ''}`)
  const plugin = vpcBridge({ kernel, log, signal: interruption() })
  return runPlugin(plugin, { environment: process.env, readInput })
}

function report({ stdout, stderr, exitCode }: Outcome): number {
  write(2, stderr)
  return write(1, stdout) ? exitCode : 1
}

function readInput(): Result<string, string> {
  try {
    return ok(readFileSync(0, 'utf8'))
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error))
  }
}

/** Writes a text to a stream at once. Whether anybody could take it: streams of a runtime may be closed. */
function write(descriptor: 1 | 2, text: string): boolean {
  try {
    let rest = Buffer.from(text)
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest))
    return true
  } catch {
    return false
  }
}
