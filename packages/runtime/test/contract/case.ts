import assert from 'node:assert/strict'
import type { ChildEnd, ChildOptions, Runtime, Syscalls, SystemResult } from '../../src/index.ts'

/** What a case is performed with. */
export interface ContractWorld {
  readonly runtime: Runtime
  readonly syscalls: Syscalls
  /** The path of an empty directory of the case's own. */
  readonly directory: string
}

/** One thing that every implementation must do. */
export interface ContractCase {
  readonly name: string
  /** Throws if the implementation does not. */
  readonly run: (world: ContractWorld) => Promise<void>
}

export const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

/** Runs a script by the shell. */
export function shell(
  { runtime }: ContractWorld,
  script: string,
  options: Partial<ChildOptions> = {},
): Promise<ChildEnd> {
  return runtime.runChild('sh', ['-c', script], {
    environment,
    timeoutMs: 20_000,
    outputLimitBytes: 16_000_000,
    ...options,
  })
}

/** Returns the standard output of a script that must succeed. */
export async function outputOf(
  world: ContractWorld,
  script: string,
  options: Partial<ChildOptions> = {},
): Promise<string> {
  const end = await shell(world, script, options)
  assert.equal(end.kind === 'exited' ? end.code : JSON.stringify(end), 0)
  return end.kind === 'exited' ? end.stdout : ''
}

/** Returns the value of a result that must be one. */
export function value<T>(result: SystemResult<T>): T {
  if (result.isErr()) assert.fail(`unexpected error: ${JSON.stringify(result.error)}`)
  return result.value
}

/** Returns the errno of a result that must be an error. */
export function errnoOf(result: SystemResult<unknown>): string {
  if (result.isOk()) assert.fail(`unexpected success: ${String(result.value)}`)
  assert.ok(/^.+$/.test(result.error.message), 'the message is one line')
  return result.error.errno
}
