import type { KernelError, Lock, LockMode, Netns } from '@vpc-bridge/kernel'
import type { Clock, Interruption } from '@vpc-bridge/runtime'
import { err, ok, type Result, ResultAsync } from 'neverthrow'
import type { EndpointIdentity } from '../endpoint/names.ts'

const timeoutMs = 30_000
/** The limit for a holder who may be root, and may be anybody. */
const timeoutForUnknownMs = 1_000
const longestPauseMs = 16

/** Why a lock could not be had. */
export type LockFailure =
  /** Other processes have held it for that long. */
  | { readonly kind: 'busy'; readonly seconds: number }
  /** By a signal, for instance: `SIGTERM`. */
  | { readonly kind: 'wait interrupted'; readonly reason: string }
  | KernelError

/** How other processes are waited for. */
export interface Waiting {
  readonly clock: Clock
  /** Ends the wait. */
  readonly interruption?: Interruption
  /** Told what is odd without being an error. */
  readonly warn?: (message: string) => void
}

/** A lock that is held. */
export interface Held {
  /** Releases the lock before the work is done, since the rest of it is in nobody's way. May be called again. */
  readonly release: () => Promise<void>
}

/** Takes a lock; `undefined` when it is not free. */
type Take = () => PromiseLike<Result<Lock | undefined, KernelError>>

/**
 * Does a piece of work under the lock of the host's namespace. `exclusive`: to make, change or remove what the endpoints of
 * a network share. `shared`: to rely on its existence, as any number of processes may at a time.
 *
 * Fails as the work does, and with `busy` after 30 seconds of waiting.
 *
 * @param work may release the lock before it is done
 */
export function withLock<T, E>(
  host: Netns,
  mode: LockMode,
  work: (held: Held) => ResultAsync<T, E>,
  waiting: Waiting,
): ResultAsync<T, E | LockFailure> {
  return new ResultAsync(once(networkLock(host, mode, waiting), work, waiting))
}

/** Does a piece of work while no other process makes or removes the same endpoint. */
export function withEndpointLock<T, E>(
  host: Netns,
  { containerId, ifName }: EndpointIdentity,
  work: () => ResultAsync<T, E>,
  waiting: Waiting,
): ResultAsync<T, E | LockFailure> {
  const take = () => host.tryLock('exclusive', `endpoint ${containerId}/${ifName}`)
  return new ResultAsync(once<T, E>(take, work, waiting))
}

async function once<T, E>(
  take: Take,
  work: (held: Held) => ResultAsync<T, E>,
  { clock, interruption }: Waiting,
): Promise<Result<T, E | LockFailure>> {
  const start = clock.now()
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const taken = await take()
    if (taken.isErr()) return err(taken.error)
    const lock = taken.value
    if (lock !== undefined) {
      let released: Promise<void> | undefined
      const release = () => {
        released ??= lock.release()
        return released
      }
      const result = await work({ release })
      await release()
      return result
    }
    const reason = await interruption?.()
    if (reason !== undefined) return err({ kind: 'wait interrupted', reason })
    if (clock.now() - start > timeoutMs) return err({ kind: 'busy', seconds: timeoutMs / 1000 })
    await clock.sleep(pauseMs)
  }
}

/**
 * The lock of a namespace, and that of its file, by which the first versions keep apart: so old and new ones do while both are in use
 * on a host. The file's lock any user can hold: who is not root is not waited for, and who cannot be seen not for long.
 */
function networkLock(host: Netns, mode: LockMode, { clock, warn }: Waiting): Take {
  let unknownSince: number | undefined
  return async () => {
    const taken = await host.tryLock(mode)
    if (taken.isErr() || taken.value === undefined) return taken
    const own = taken.value
    const tried = await host.tryFileLock(mode)
    const file = tried.unwrapOr(undefined)
    if (typeof file === 'object') return ok(both(own, file))
    if (file === 'unknown') unknownSince ??= clock.now()
    const isIgnored = file === 'user' || (file === 'unknown' && clock.now() - (unknownSince ?? 0) > timeoutForUnknownMs)
    if (isIgnored) {
      warn?.(`going on although ${holders[file]} has locked ${host.path} (flock)`)
      return ok(own)
    }
    await own.release()
    return tried.map(() => undefined)
  }
}

const holders = { user: 'a user without privileges', unknown: 'a process that cannot be seen from here' } as const

function both(one: Lock, other: Lock): Lock {
  return {
    release: async () => {
      await other.release()
      await one.release()
    },
  }
}
