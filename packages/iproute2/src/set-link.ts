import { earlierSettings, type LinkSettings, type NetworkOperation } from '@vpc-bridge/kernel'
import { errAsync, type ResultAsync } from 'neverthrow'
import type { Failure } from './failure.ts'
import { linkEntryOf } from './look-up.ts'
import type { LinkEntry } from './read/links.ts'
import { command, type Run } from './run.ts'

type SetLink = Extract<NetworkOperation, { readonly do: 'set link' }>

/**
 * The kernel sets several properties of a link one after the other, and leaves a bridge before it joins another: when it
 * refuses, what it did before has to be taken back.
 */
export function setLink(operation: SetLink, run: Run): ResultAsync<void, Failure> {
  const { set } = operation
  const atOnce = Object.keys(set).length === 1 && typeof set.master !== 'string'
  if (atOnce) return command(operation, run)
  return linkEntryOf(run, operation.name).andThen((before) =>
    command(operation, run).orElse((failure) =>
      before === undefined ? errAsync(failure) : putBack(before, set, run, failure),
    ),
  )
}

/** Gives a link its earlier values of the properties that were to be set. */
function putBack(before: LinkEntry, set: LinkSettings, run: Run, cause: Failure): ResultAsync<never, Failure> {
  const earlier: LinkSettings = {
    ...earlierSettings(before, set),
    ...(set.master === undefined ? {} : { master: before.masterName ?? null }),
  }
  return command({ do: 'set link', name: before.name, set: earlier }, run)
    .orElse((failure) => {
      const message = `${cause.message}; and the earlier settings could not be put back: ${failure.message}`
      return errAsync({ errno: cause.errno, message })
    })
    .andThen(() => errAsync(cause))
}
