import type { Kernel, Netns, Operation } from '@vpc-bridge/kernel'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { execa } from 'execa'
import { expect, onTestFinished } from 'vitest'
import { createIproute2Kernel } from '../src/kernel.ts'

let counter = 0

/** A fresh network namespace, gone when the test is over. */
export async function scratchNetns(): Promise<{ readonly name: string; readonly path: string }> {
  const name = `vpcb-iproute2-${process.pid}-${counter++}`
  await execa('ip', ['netns', 'add', name])
  // Not an error when the test has removed it itself.
  onTestFinished(async () => void (await execa('ip', ['netns', 'delete', name], { reject: false })))
  return { name, path: `/run/netns/${name}` }
}

/** A kernel, closed when the test is over. */
export function scratchKernel(): Kernel {
  const kernel = createIproute2Kernel(nodeRuntime(), nodeSyscalls())
  onTestFinished(() => kernel.close())
  return kernel
}

/** A kernel with a handle of a fresh namespace. */
export async function world(): Promise<{
  readonly name: string
  readonly path: string
  readonly kernel: Kernel
  readonly netns: Netns
}> {
  const { name, path } = await scratchNetns()
  const kernel = scratchKernel()
  return { name, path, kernel, netns: (await kernel.open(path))._unsafeUnwrap() }
}

/** Performs changes, all of which are to succeed. */
export async function perform(netns: Netns, ...operations: readonly Operation[]): Promise<void> {
  for (const operation of operations) {
    const result = await netns.change(operation)
    expect(result.isErr() ? result.error : 'done').toBe('done')
  }
}

/** The error number of what is to fail. */
export async function errnoOf(result: ReturnType<Netns['change'] | Netns['open'] | Netns['sysctl']>): Promise<string> {
  return (await result).match(
    () => 'no error',
    ({ errno }) => errno,
  )
}

/** What `ip -json` prints in a namespace. */
export async function ip(name: string, ...args: readonly string[]): Promise<unknown> {
  const { stdout } = await execa('ip', ['-n', name, '-json', '-details', ...args])
  return stdout === '' ? [] : JSON.parse(stdout)
}

/** Configures a namespace by hand. */
export async function byHand(name: string, ...args: readonly string[]): Promise<void> {
  await execa('ip', ['-n', name, ...args])
}
