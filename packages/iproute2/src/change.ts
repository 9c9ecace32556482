import type { LinkSettings } from '@vpc-bridge/kernel'
import { errAsync, type ResultAsync } from 'neverthrow'
import { commandOf, type DriverOperation } from './command.ts'
import type { Failure } from './failure.ts'
import { linkEntryOf } from './look-up.ts'
import type { NamespaceFile } from './namespace-file.ts'
import type { LinkEntry } from './read/links.ts'
import { run } from './run.ts'
import { writeSysctl } from './sysctl.ts'

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
  if (operation.do === 'write sysctl') return writeSysctl(netns.enter, operation.path, operation.value)
  if (operation.do === 'set link') return setLink(operation, netns)
  if (operation.do === 'move link') {
    return hold(operation.netns).andThen(({ childPath }) => command({ ...operation, netns: childPath }, netns))
  }
  if (operation.do === 'add link' && operation.link.kind === 'tap') return addTap(operation, netns)
  if (operation.do !== 'add link' || operation.link.kind !== 'veth') return command(operation, netns)
  const { link } = operation
  const { peer } = link
  if (peer.netns === undefined) return command(operation, netns)
  // A path such as /proc/self/ns/net would mean something else to the child process.
  return hold(peer.netns).andThen(({ childPath }) =>
    command({ do: 'add link', link: { ...link, peer: { ...peer, netns: childPath } } }, netns),
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
