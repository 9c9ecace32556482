import {
  hopsOf,
  isUpper,
  macvtapIndex,
  type NamespaceFile,
  type NetworkOperation,
  type NewLink,
  type NewTap,
  type NewUpper,
} from '@vpc-bridge/kernel'
import { addressToBytes, prefixToBytes } from '@vpc-bridge/kernel/ip'
import { errAsync, ok, okAsync, type Result, type ResultAsync } from 'neverthrow'
import type { Failure } from './failure.ts'
import { linkEntryOf } from './look-up.ts'
import { wordlessIn } from './route-words.ts'
import { command, type Run } from './run.ts'
import { setLink } from './set-link.ts'
import { newUpperWords } from './upper-words.ts'

/** Opens the namespace at a path. */
type Open = (path: string) => Result<NamespaceFile, Failure>

/**
 * Performs an operation in a namespace: all of it or nothing.
 *
 * @param run runs a program in the namespace
 */
export function perform(operation: NetworkOperation, run: Run, open: Open): ResultAsync<void, Failure> {
  const strange = strangeTextOf(operation)
  if (strange !== undefined) return errAsync({ errno: 'EINVAL', message: `${JSON.stringify(strange)} is no address` })
  const wordless = wordlessPartsOf(operation)
  if (wordless.length > 0) return errAsync({ errno: 'EOPNOTSUPP', message: `ip cannot set ${wordless.join(', ')}` })
  switch (operation.do) {
    case 'set link':
      return setLink(operation, run)
    case 'move link':
      return seenByChild(operation.netns, open).asyncAndThen((netns) => command({ ...operation, netns }, run))
    case 'add link':
      return addLink(operation.link, run, open)
    default:
      return command(operation, run)
  }
}

/** A path such as /proc/self/ns/net would mean something else to the child process. */
function seenByChild(path: string, open: Open): Result<string, Failure> {
  return open(path).map((file) => file.forChildren().path)
}

function addLink(link: NewLink, run: Run, open: Open): ResultAsync<void, Failure> {
  if (link.kind === 'tap') return addTap(link, run)
  if (isUpper(link)) return addUpper(link, run, open)
  if (link.kind !== 'veth' || link.peer.netns === undefined) return command({ do: 'add link', link }, run)
  const { peer } = link
  return seenByChild(link.peer.netns, open).asyncAndThen((netns) =>
    command({ do: 'add link', link: { ...link, peer: { ...peer, netns } } }, run),
  )
}

/** What is no address, or no prefix, where one must be: `ip` makes something even of `10.9` and `default`. */
function strangeTextOf(operation: NetworkOperation): string | undefined {
  const { prefixes, addresses } = textsOf(operation)
  return (
    prefixes.find((text) => prefixToBytes(text) === undefined) ??
    addresses.find((text) => text !== undefined && addressToBytes(text) === undefined)
  )
}

/** Names of what was read of an address or a route that nothing can be given. */
function wordlessPartsOf(operation: NetworkOperation): readonly string[] {
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

function textsOf(operation: NetworkOperation): {
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
function addUpper(link: NewUpper, run: Run, open: Open): ResultAsync<void, Failure> {
  const isPassthru = link.kind === 'macvtap' && link.mode === 'passthru'
  const parentMac = isPassthru ? linkEntryOf(run, link.parent).map((parent) => parent?.mac) : okAsync(undefined)
  return parentMac.andThen((inherited) => {
    const mac = link.kind === 'macvtap' ? (inherited ?? link.mac) : undefined
    const index = mac === undefined ? undefined : macvtapIndex(mac)
    const far: Result<NewUpper, Failure> =
      link.netns === undefined ? ok(link) : seenByChild(link.netns, open).map((netns) => ({ ...link, netns }))
    return far
      .asyncAndThen((placed) => run(['ip', 'link', 'add', ...newUpperWords(placed, index)]))
      .map(() => undefined)
  })
}

/** Of a TAP interface whose name is taken, `ip` says that the device is busy. */
function addTap(link: NewTap, run: Run): ResultAsync<void, Failure> {
  return command({ do: 'add link', link }, run).mapErr((failure) =>
    failure.errno === 'EBUSY' ? { errno: 'EEXIST', message: 'File exists' } : failure,
  )
}
