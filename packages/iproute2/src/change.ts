import {
  type DriverOperation,
  hopsOf,
  isUpper,
  type LinkSettings,
  macvtapIndex,
  type NewUpper,
} from '@vpc-bridge/kernel'
import { addressToBytes, prefixToBytes } from '@vpc-bridge/kernel/ip'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { commandOf } from './command.ts'
import type { Failure } from './failure.ts'
import { linkEntryOf } from './look-up.ts'
import type { NamespaceFile } from './namespace-file.ts'
import type { LinkEntry } from './read/links.ts'
import { wordlessIn } from './route-words.ts'
import { run } from './run.ts'
import { writeSysctl } from './sysctl.ts'
import { newUpperWords } from './upper-words.ts'

/**
 * Performs an operation in a namespace: all of it or nothing.
 *
 * @param hold opens the namespace at a path
 */
export function perform(
  operation: DriverOperation,
  netns: NamespaceFile,
  hold: (path: string) => ResultAsync<NamespaceFile, Failure>,
): ResultAsync<void, Failure> {
  const strange = strangeTextOf(operation)
  if (strange !== undefined) return errAsync({ errno: 'EINVAL', message: `${JSON.stringify(strange)} is no address` })
  const wordless = wordlessPartsOf(operation)
  if (wordless.length > 0) return errAsync({ errno: 'EOPNOTSUPP', message: `ip cannot set ${wordless.join(', ')}` })
  if (operation.do === 'write sysctl') return writeSysctl(netns.enter, operation.path, operation.value)
  if (operation.do === 'set link') return setLink(operation, netns)
  if (operation.do === 'move link') {
    return hold(operation.netns).andThen(({ childPath }) => command({ ...operation, netns: childPath }, netns))
  }
  if (operation.do === 'add link' && operation.link.kind === 'tap') return addTap(operation, netns)
  if (operation.do === 'add link' && isUpper(operation.link)) return addUpper(operation.link, netns, hold)
  if (operation.do !== 'add link' || operation.link.kind !== 'veth') return command(operation, netns)
  const { link } = operation
  const { peer } = link
  if (peer.netns === undefined) return command(operation, netns)
  // A path such as /proc/self/ns/net would mean something else to the child process.
  return hold(peer.netns).andThen(({ childPath }) =>
    command({ do: 'add link', link: { ...link, peer: { ...peer, netns: childPath } } }, netns),
  )
}

/** What is no address, or no prefix, where one must be: `ip` makes something even of `10.9` and `default`. */
function strangeTextOf(operation: DriverOperation): string | undefined {
  const { prefixes, addresses } = textsOf(operation)
  return (
    prefixes.find((text) => prefixToBytes(text) === undefined) ??
    addresses.find((text) => text !== undefined && addressToBytes(text) === undefined)
  )
}

/** Names of what was read of an address or a route that nothing can be given. */
function wordlessPartsOf(operation: DriverOperation): readonly string[] {
  switch (operation.do) {
    case 'add address':
      return operation.address.unknown ?? []
    case 'add route':
    case 'set route':
      return wordlessIn(operation.route)
    default:
      return []
  }
}

function textsOf(operation: DriverOperation): {
  readonly prefixes: readonly string[]
  readonly addresses: readonly (string | undefined)[]
} {
  switch (operation.do) {
    case 'add address':
    case 'delete address':
      return {
        prefixes: [operation.address.address],
        addresses: [operation.address.broadcast, operation.address.peer],
      }
    case 'add route':
    case 'set route':
    case 'delete route':
      return {
        prefixes: [operation.route.destination, ...[operation.route.from ?? []].flat()],
        addresses: [...hopsOf(operation.route).map(({ gateway }) => gateway), operation.route.source],
      }
    case 'add reject route':
    case 'delete reject route':
      return { prefixes: [operation.route.destination], addresses: [] }
    case 'add rule':
    case 'delete rule':
      return { prefixes: [operation.rule.from ?? [], operation.rule.to ?? []].flat(), addresses: [] }
    case 'set neighbour':
    case 'delete neighbour':
      return { prefixes: [], addresses: [operation.neighbour.address] }
    default:
      return { prefixes: [], addresses: [] }
  }
}

/** A macvtap gets an index that is made of its MAC address. */
function addUpper(
  link: NewUpper,
  netns: NamespaceFile,
  hold: (path: string) => ResultAsync<NamespaceFile, Failure>,
): ResultAsync<void, Failure> {
  const isPassthru = link.kind === 'macvtap' && link.mode === 'passthru'
  const parentMac = isPassthru ? linkEntryOf(netns.enter, link.parent).map((parent) => parent?.mac) : okAsync(undefined)
  const far: ResultAsync<string | undefined, Failure> =
    link.netns === undefined ? okAsync(undefined) : hold(link.netns).map(({ childPath }) => childPath)
  return parentMac.andThen((inherited) =>
    far.andThen((path) => {
      const mac = link.kind === 'macvtap' ? (inherited ?? link.mac) : undefined
      const index = mac === undefined ? undefined : macvtapIndex(mac)
      const words = newUpperWords(path === undefined ? link : { ...link, netns: path }, index)
      return run([...netns.enter, 'ip', 'link', 'add', ...words]).map(() => undefined)
    }),
  )
}

/** Of a TAP interface whose name is taken, `ip` says that the device is busy. */
function addTap(operation: DriverOperation, netns: NamespaceFile): ResultAsync<void, Failure> {
  return command(operation, netns).mapErr((failure) =>
    failure.errno === 'EBUSY' ? { errno: 'EEXIST', message: 'File exists' } : failure,
  )
}

function command(operation: DriverOperation, { own, childPath }: NamespaceFile): ResultAsync<void, Failure> {
  return run(commandOf(operation, own ? undefined : childPath)).map(() => undefined)
}

type SetLink = Extract<DriverOperation, { readonly do: 'set link' }>

/**
 * The kernel sets several properties of a link one after the other, and leaves a bridge before it joins another: when it
 * refuses, what it did before has to be taken back.
 */
function setLink(operation: SetLink, netns: NamespaceFile): ResultAsync<void, Failure> {
  const { set } = operation
  const atOnce = Object.keys(set).length === 1 && typeof set.master !== 'string'
  if (atOnce) return command(operation, netns)
  return linkEntryOf(netns.enter, operation.name).andThen((before) =>
    command(operation, netns).orElse((failure) =>
      before === undefined ? errAsync(failure) : putBack(before, set, netns, failure),
    ),
  )
}

/** Gives a link its earlier values of the properties that were to be set. */
function putBack(
  before: LinkEntry,
  set: LinkSettings,
  netns: NamespaceFile,
  cause: Failure,
): ResultAsync<never, Failure> {
  const earlier: LinkSettings = {
    ...(set.mtu === undefined ? {} : { mtu: before.mtu }),
    ...(set.mac === undefined || before.mac === undefined ? {} : { mac: before.mac }),
    ...(set.master === undefined ? {} : { master: before.masterName ?? null }),
    ...(set.alias === undefined ? {} : { alias: before.alias ?? '' }),
    ...(set.up === undefined ? {} : { up: before.up }),
  }
  return command({ do: 'set link', name: before.name, set: earlier }, netns)
    .orElse((failure) => {
      const message = `${cause.message}; and the earlier settings could not be put back: ${failure.message}`
      return errAsync({ errno: cause.errno, message })
    })
    .andThen(() => errAsync(cause))
}
