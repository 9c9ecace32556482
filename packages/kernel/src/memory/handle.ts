import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { type KernelError, operationError } from '../error.ts'
import type { Lock, LockMode, Netns } from '../netns.ts'
import { isUpper } from '../new-link.ts'
import type { Operation } from '../operation.ts'
import { unknownProperty } from '../unknown-properties.ts'
import {
  findNeighbour,
  queryAddresses,
  queryLinks,
  queryNeighbours,
  queryRejectRoutes,
  queryRoutes,
  shown,
} from './look-up.ts'
import { readMacTranslation } from './mac-translations.ts'
import { readMasquerade } from './masquerades.ts'
import { perform } from './perform.ts'
import { readSettingsBehind, readSysctl } from './read-sysctl.ts'
import { findLink, type MemoryNetns, type MemoryWorld, Refusal } from './world.ts'

/** What a handle needs of the kernel around it. */
export interface Surroundings {
  readonly world: MemoryWorld
  readonly open: Netns['open']
}

/** A handle of an in-memory namespace. */
export function openHandle(netns: MemoryNetns, path: string, { world, open }: Surroundings): Netns {
  const look = <T>(object: string, find: () => T): ResultAsync<T, KernelError> =>
    attempt(find, (errno, message) => ({ kind: 'kernel', operation: 'look up', object, netns: path, errno, message }))

  /** The namespace that the far end of a new pair, or a link, goes to. */
  const farNetns = (operation: Operation): ResultAsync<MemoryNetns, KernelError> => {
    const far = farPath(operation)
    return far === undefined ? okAsync(netns) : open(far).map(({ id }) => world.namespaces.get(id) ?? netns)
  }

  const change = (operation: Operation): ResultAsync<void, KernelError> => {
    const toError = (errno: string, message: string) => operationError(operation, path, errno, message)
    const unknown = unknownProperty(operation)
    if (unknown !== undefined) return errAsync(toError('EINVAL', unknown))
    return readSettingsBehind(netns, path, operation)
      .andThen(() => farNetns(operation))
      .mapErr(({ errno, message }) => toError(errno, message))
      .andThen((far) => attempt(() => perform(world, netns, operation, far), toError))
  }

  return {
    path,
    id: netns.id,
    link: (name) =>
      look(`link ${name}`, () => {
        const found = findLink(netns, name)
        return found === undefined ? undefined : shown(netns, found)
      }),
    links: (query = {}) => look('links', () => queryLinks(netns, query)),
    addresses: (dev) => look('addresses', () => queryAddresses(netns, dev)),
    routes: (query) => look('routes', () => queryRoutes(netns, query)),
    rejectRoutes: (family) => look('routes', () => queryRejectRoutes(netns, family)),
    rules: (family) => look('rules', () => netns.rules.filter((rule) => rule.family === family)),
    neighbours: (dev) => look('neighbours', () => queryNeighbours(netns, dev)),
    neighbour: (dev, address) => look(`neighbour ${address} on ${dev}`, () => findNeighbour(netns, dev, address)),
    macTranslation: (dev) => readMacTranslation(netns, dev),
    masquerade: (name) => readMasquerade(netns, name),
    forwardDropper: () => okAsync(netns.forwardDropper),
    sysctl: (name) => readSysctl(netns, path, name),
    change,
    tryLock: (mode, name) => okAsync(tryLock(netns, mode, `lock ${name ?? ''}`)),
    // All of this process is root.
    tryFileLock: (mode) => okAsync(tryLock(netns, mode, 'file') ?? 'root'),
    open,
  }
}

function farPath(operation: Operation): string | undefined {
  if (operation.do === 'move link') return operation.netns
  if (operation.do !== 'add link') return undefined
  const { link } = operation
  if (isUpper(link)) return link.netns
  return link.kind === 'veth' ? link.peer.netns : undefined
}

function tryLock({ locks }: MemoryNetns, mode: LockMode, name: string): Lock | undefined {
  const held = locks.get(name) ?? []
  if (held.length > 0 && (mode === 'exclusive' || held.includes('exclusive'))) return undefined
  held.push(mode)
  locks.set(name, held)
  return {
    release: async () => {
      held.pop()
    },
  }
}

function attempt<T>(
  action: () => T,
  toError: (errno: string, message: string) => KernelError,
): ResultAsync<T, KernelError> {
  try {
    return okAsync(action())
  } catch (refusal) {
    if (refusal instanceof Refusal) return errAsync(toError(refusal.errno, refusal.message))
    throw refusal
  }
}
