import type { ResultAsync } from 'neverthrow'
import type { KernelError, Netns, Operation } from '../src/index.ts'
import { createMemoryKernel, type MemoryKernel } from '../src/memory.ts'

/** A kernel with a namespace at /host, which has a network card, and an empty one at /blue. */
export async function host(): Promise<{
  readonly kernel: MemoryKernel
  readonly netns: Netns
  readonly blue: Netns
}> {
  const kernel = createMemoryKernel()
  for (const path of ['/host', '/blue']) kernel.addNetns(path)
  kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:10', mtu: 9001 })
  return { kernel, netns: await value(kernel.open('/host')), blue: await value(kernel.open('/blue')) }
}

/** The value of what is to succeed. */
export async function value<T>(result: ResultAsync<T, KernelError>): Promise<T> {
  return (await result)._unsafeUnwrap()
}

/** The error of what is to fail. */
export async function failure(result: ResultAsync<unknown, KernelError>): Promise<KernelError> {
  return (await result)._unsafeUnwrapErr()
}

/** Performs changes that are to succeed. */
export async function perform(netns: Netns, ...operations: readonly Operation[]): Promise<void> {
  for (const operation of operations) await value(netns.change(operation))
}

export function bridge(name: string): Operation {
  return { do: 'add link', link: { kind: 'bridge', name } }
}

/** A pair from `near` to `far` in the namespace at /blue. */
export const pairToBlue: Operation = {
  do: 'add link',
  link: { kind: 'veth', name: 'near', peer: { name: 'far', netns: '/blue' } },
}
