import type { Lock, LockMode } from '@vpc-bridge/kernel'
import { execa } from 'execa'
import { err, ok, type Result, ResultAsync } from 'neverthrow'
import type { Failure } from './failure.ts'
import type { NamespaceFile } from './namespace-file.ts'
import { explain, manners } from './run.ts'

/** How flock(1) says that the lock is not free: EX_TEMPFAIL of sysexits.h. */
const notFree = 75

/** How long it may take until the lock is there or not, in milliseconds. */
const timeLimit = 30_000

/**
 * The lock on the namespace's file. A child process holds it, since Node.js has no call for it: `cat`, which ends, however
 * this process ends, when its input does.
 *
 * @see flock(1)
 */
export function tryLock(
  { childPath }: Pick<NamespaceFile, 'childPath'>,
  mode: LockMode,
  limit = timeLimit,
): ResultAsync<Lock | undefined, Failure> {
  return new ResultAsync(hold(childPath, mode, limit))
}

async function hold(file: string, mode: LockMode, limit: number): Promise<Result<Lock | undefined, Failure>> {
  const args = [`--${mode}`, '--nonblock', '--conflict-exit-code', String(notFree), '--no-fork', file, 'cat']
  const child = execa('flock', args, { ...manners(), stdin: 'pipe', stdout: 'pipe' })
  // What comes back has been through cat, which is not run before flock has the lock.
  child.stdin.on('error', () => undefined).write('\n')
  const echoed = new Promise<boolean>((resolve) => {
    child.stdout.once('data', () => resolve(true)).once('close', () => resolve(false))
  })
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    child.kill()
  }, limit)
  const locked = await echoed
  clearTimeout(timer)
  if (!locked) {
    const ended = await child
    if (ended.exitCode === notFree) return ok(undefined)
    return err(explain(['flock', ...args], { ...ended, timedOut }, limit))
  }
  return ok({
    release: async () => {
      child.stdin.end()
      await child
    },
  })
}
