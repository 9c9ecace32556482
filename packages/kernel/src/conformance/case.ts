import assert from 'node:assert/strict'
import type { ResultAsync } from 'neverthrow'
import type { KernelError } from '../error.ts'
import type { Kernel, Netns } from '../netns.ts'
import type { Operation } from '../operation.ts'
import { snapshot } from '../snapshot.ts'
import type { Neighbour } from '../state.ts'

/** What a driver's own test has to provide. */
export interface ConformanceWorld {
  readonly kernel: Kernel
  /** Makes an empty network namespace and returns its path. It is for the world to remove it after the case. */
  readonly newNetns: () => Promise<string>
  /** Makes a further path to the namespace at a path. */
  readonly newPathTo: (path: string) => Promise<string>
  /** Removes a path that `newNetns` returned. */
  readonly removePath: (path: string) => Promise<void>
  /** Has the namespace at a path learn who has an address on a link, as from an answer to a question of ARP. */
  readonly learnNeighbour: (path: string, neighbour: Neighbour) => Promise<void>
  /** Makes a regular file and returns its path. */
  readonly newFile: () => Promise<string>
}

/** One thing that every driver must do as Linux does. */
export interface ConformanceCase {
  readonly name: string
  /** Throws an AssertionError if the driver does not. */
  readonly run: (world: ConformanceWorld) => Promise<void>
}

/** An empty namespace, opened. */
export async function openNew({ kernel, newNetns }: ConformanceWorld): Promise<Netns> {
  return value(kernel.open(await newNetns()))
}

/** The value of a result that must be one. */
export async function value<T>(result: ResultAsync<T, KernelError>): Promise<T> {
  const settled = await result
  if (settled.isErr()) assert.fail(`unexpected error: ${JSON.stringify(settled.error)}`)
  return settled.value
}

/** Performs operations that must succeed. */
export async function perform(netns: Netns, ...operations: readonly Operation[]): Promise<void> {
  for (const operation of operations) await value(netns.change(operation))
}

/** The errno of a result that must be an error with words. */
export async function errnoOf(result: ResultAsync<unknown, KernelError>): Promise<string> {
  const settled = await result
  if (settled.isOk()) assert.fail(`unexpected success: ${JSON.stringify(settled.value)}`)
  assert.notEqual(settled.error.message, '', 'an error has words')
  return settled.error.errno
}

/** Asserts that an operation is refused with an errno, and that everything stays as it was. */
export async function refused(netns: Netns, operation: Operation, errno: string | readonly string[]): Promise<void> {
  const before = await stateOf(netns)
  const found = await errnoOf(netns.change(operation))
  assert.ok([errno].flat().includes(found), `${JSON.stringify(operation)}: ${found}, expected ${errno}`)
  assert.deepEqual(await stateOf(netns), before)
}

/** Everything there is, but for link-local IPv6 addresses and their routes: the kernel makes those in its own time. */
async function stateOf(netns: Netns) {
  const { links, addresses, routes, rejectRoutes, rules, neighbours } = await value(snapshot(netns))
  return {
    links,
    addresses: addresses.filter(({ address }) => !address.startsWith('fe80:')),
    routes: routes.filter(({ destination }) => !destination.startsWith('fe80:')),
    rejectRoutes,
    rules,
    neighbours,
  }
}

/** A link of a kind that every kernel here has, as an operation. */
export function addIfb(
  name: string,
  options: { readonly up?: boolean; readonly mtu?: number; readonly mac?: string } = {},
): Operation {
  return { do: 'add link', link: { kind: 'ifb', name, ...options } }
}

export function addBridge(
  name: string,
  options: { readonly up?: boolean; readonly mtu?: number; readonly mac?: string } = {},
): Operation {
  return { do: 'add link', link: { kind: 'bridge', name, ...options } }
}

/** A link that must be there. */
export async function linkOf(netns: Netns, name: string) {
  const link = await value(netns.link(name))
  assert.ok(link, `${name} is there`)
  return link
}
