import type { LockMode, Netns } from '@vpc-bridge/kernel'
import type { Clock, Interruption } from '@vpc-bridge/runtime'
import { err, type Result, ResultAsync } from 'neverthrow'
import type { Failure } from './failure.ts'

/** In milliseconds: how long to wait for others. */
const patience = 30_000
/** In milliseconds: the longest pause between two attempts. */
const longestPause = 16

/** How others are waited for. */
export interface Waiting {
  readonly clock: Clock
  /** Ends the wait. */
  readonly interruption?: Interruption
}

/** What a piece of work may be told to wait for. */
export interface Turn {
  /** Releases the lock before the work is done, since the rest of it is in nobody's way. May be called again. */
  readonly release: () => Promise<void>
}

/**
 * Does a piece of work under the lock of the host's namespace. `exclusive`: to make, change or remove what the endpoints of
 * a network share. `shared`: to rely on its being there, as any number of processes may at a time.
 */
export function underLock<T>(
  host: Netns,
  mode: LockMode,
  work: (turn: Turn) => ResultAsync<T, Failure>,
  waiting: Waiting,
): ResultAsync<T, Failure> {
  return new ResultAsync(takeTurn(host, mode, work, waiting))
}

async function takeTurn<T>(
  host: Netns,
  mode: LockMode,
  work: (turn: Turn) => ResultAsync<T, Failure>,
  { clock, interruption }: Waiting,
): Promise<Result<T, Failure>> {
  const start = clock.now()
  for (let pause = 1; ; pause = Math.min(2 * pause, longestPause)) {
    const taken = await host.tryLock(mode)
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
    if (clock.now() - start > patience) return err({ kind: 'busy', seconds: patience / 1000 })
    await clock.sleep(pause)
  }
}
