import type { Kernel, KernelError, Lock, Netns } from '@vpc-bridge/kernel'
import { ResultAsync } from 'neverthrow'

/** A process that can be killed at a moment: its driver does nothing more, and its locks are free. */
export interface Killable {
  readonly kernel: Kernel
  /** Resolves when the process has been killed. */
  readonly killed: Promise<void>
}

/**
 * Returns a driver like the given one for a process that is killed right after its n-th change, as by SIGKILL: no rollback, no
 * answer.
 *
 * @param nth 1 for the first change
 */
export function killedAfter(kernel: Kernel, nth: number): Killable {
  const held = new Set<Lock>()
  let changes = 0
  let isDead = false
  const { promise: killed, resolve } = Promise.withResolvers<void>()

  const alive = <T, E>(action: () => ResultAsync<T, E>): ResultAsync<T, E> => (isDead ? never() : action())
  const tracked = <T>(taken: T): T | Lock => {
    if (!isLock(taken)) return taken
    held.add(taken)
    const release = async () => {
      if (held.delete(taken)) await taken.release()
    }
    return { release }
  }
  const die = async () => {
    isDead = true
    for (const each of held) await each.release()
    resolve()
  }
  const wrap = (netns: Netns): Netns => ({
    path: netns.path,
    id: netns.id,
    link: (name) => alive(() => netns.link(name)),
    links: (query) => alive(() => netns.links(query)),
    addresses: (dev) => alive(() => netns.addresses(dev)),
    routes: (query) => alive(() => netns.routes(query)),
    rejectRoutes: (family) => alive(() => netns.rejectRoutes(family)),
    rules: (family) => alive(() => netns.rules(family)),
    neighbours: (dev) => alive(() => netns.neighbours(dev)),
    neighbour: (dev, address) => alive(() => netns.neighbour(dev, address)),
    macTranslation: (dev) => alive(() => netns.macTranslation(dev)),
    masquerade: (name) => alive(() => netns.masquerade(name)),
    forwardDropper: (packet) => alive(() => netns.forwardDropper(packet)),
    sysctl: (path) => alive(() => netns.sysctl(path)),
    change: (operation) =>
      alive(() => {
        changes += 1
        if (changes < nth) return netns.change(operation)
        return netns.change(operation).andThen(() => new ResultAsync<void, KernelError>(die().then(() => never())))
      }),
    tryLock: (mode, name) => alive(() => netns.tryLock(mode, name).map(tracked)),
    tryFileLock: (mode) => alive(() => netns.tryFileLock(mode).map(tracked)),
    open: (path) => alive(() => netns.open(path).map(wrap)),
  })
  return { kernel: { open: (path) => kernel.open(path).map(wrap), close: () => kernel.close() }, killed }
}

/** What a dead process waits for. */
function never<T, E>(): ResultAsync<T, E> {
  return new ResultAsync(new Promise(() => {}))
}

function isLock(taken: unknown): taken is Lock {
  return typeof taken === 'object' && taken !== null && 'release' in taken
}
