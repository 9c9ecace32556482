import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { type KernelError, operationError } from '../error.ts'
import type { LinkQuery, Netns, RouteQuery } from '../netns.ts'
import type { Operation } from '../operation.ts'
import type { Link } from '../state.ts'
import { addAddress, deleteAddress, isInet6 } from './addresses.ts'
import { addAltName, addLink, deleteAltName, deleteLink, setLink } from './links.ts'
import { addRoute, deleteNeighbour, deleteRoute, setNeighbour } from './routes.ts'
import { writeSysctl } from './sysctls.ts'
import { findLink, type MemoryLink, type MemoryNetns, type MemoryWorld, Refusal, requireLink } from './world.ts'

/** What a handle needs of the kernel around it. */
export interface Surroundings {
  readonly world: MemoryWorld
  readonly open: Netns['open']
}

/** A handle of an in-memory namespace. */
export function openHandle(netns: MemoryNetns, path: string, { world, open }: Surroundings): Netns {
  const look = <T>(object: string, find: () => T): ResultAsync<T, KernelError> =>
    attempt(find, (errno, message) => ({ kind: 'kernel', operation: 'look up', object, netns: path, errno, message }))

  const sysctl = (name: string): ResultAsync<string, KernelError> => {
    const known = netns.sysctls.get(name)
    if (known !== undefined) return okAsync(known)
    if (netns.original !== undefined && isOfPresentLink(netns, name)) {
      return netns.original.sysctl(name).map((value) => {
        netns.sysctls.set(name, value)
        return value
      })
    }
    return look(`sysctl ${name}`, () => {
      throw new Refusal('ENOENT', `/proc/sys/${name}: No such file or directory`)
    })
  }

  /** The namespace that the far end of a new pair goes to, once whatever the model needs to know is known. */
  const prepare = (operation: Operation): ResultAsync<MemoryNetns, KernelError> => {
    if (operation.do === 'write sysctl') {
      return sysctl(operation.path)
        .map(() => netns)
        .mapErr(({ errno, message }) => operationError(operation, path, errno, message))
    }
    if (operation.do !== 'add link' || operation.link.kind !== 'veth' || operation.link.peer.netns === undefined) {
      return okAsync(netns)
    }
    return open(operation.link.peer.netns)
      .map(({ id }) => world.namespaces.get(id) ?? netns)
      .mapErr(({ errno, message }) => operationError(operation, path, errno, message))
  }

  return {
    path,
    id: netns.id,
    link: (name) =>
      look(`link ${name}`, () => {
        const found = findLink(netns, name)
        return found === undefined ? undefined : shown(found)
      }),
    links: (query = {}) => look('links', () => queryLinks(netns, query)),
    addresses: (dev) =>
      look('addresses', () => {
        const name = dev === undefined ? undefined : requireLink(netns, dev).name
        return netns.addresses.filter((each) => name === undefined || each.dev === name)
      }),
    routes: (query) => look('routes', () => queryRoutes(netns, query)),
    neighbours: (dev) =>
      look('neighbours', () => {
        const name = dev === undefined ? undefined : requireLink(netns, dev).name
        return netns.neighbours.filter((each) => name === undefined || each.dev === name)
      }),
    sysctl,
    change: (operation) =>
      prepare(operation).andThen((far) =>
        attempt(
          () => perform(world, netns, operation, far),
          (errno, message) => operationError(operation, path, errno, message),
        ),
      ),
    open,
  }
}

function perform(world: MemoryWorld, netns: MemoryNetns, operation: Operation, far: MemoryNetns): void {
  switch (operation.do) {
    case 'add link':
      return addLink(world, netns, operation.link, far)
    case 'set link':
      return setLink(netns, operation.name, operation.set)
    case 'delete link':
      return deleteLink(world, netns, operation.name)
    case 'add altname':
      return addAltName(netns, operation.name, operation.altName)
    case 'delete altname':
      return deleteAltName(netns, operation.name, operation.altName)
    case 'add address':
      return addAddress(netns, operation.address)
    case 'delete address':
      return deleteAddress(netns, operation.address)
    case 'add route':
      return addRoute(netns, operation.route)
    case 'delete route':
      return deleteRoute(netns, operation.route)
    case 'set neighbour':
      return setNeighbour(netns, operation.neighbour)
    case 'delete neighbour':
      return deleteNeighbour(netns, operation.neighbour)
    case 'write sysctl':
      return writeSysctl(netns, operation.path, operation.value)
  }
}

function queryLinks(netns: MemoryNetns, { master, limit }: LinkQuery): readonly Link[] {
  const bridge = master === undefined ? undefined : requireLink(netns, master)
  return [...netns.links.values()]
    .filter((link) => bridge === undefined || link.master === bridge)
    .slice(0, limit)
    .map(shown)
}

function queryRoutes(netns: MemoryNetns, { family, destination, dev }: RouteQuery) {
  const name = dev === undefined ? undefined : requireLink(netns, dev).name
  return netns.routes.filter(
    (route) =>
      isInet6(route.destination) === (family === 'inet6') &&
      (destination === undefined || route.destination === destination) &&
      (name === undefined || route.dev === name),
  )
}

function shown({ index, name, altNames, kind, mac, mtu, up, master, peer, alias }: MemoryLink): Link {
  return {
    index,
    name,
    altNames: [...altNames],
    ...(kind === undefined || kind === 'loopback' ? {} : { kind }),
    ...(mac === undefined ? {} : { mac }),
    mtu,
    up,
    ...(master === undefined ? {} : { master: master.index }),
    ...(peer === undefined ? {} : { peer }),
    ...(alias === '' ? {} : { alias }),
  }
}

/** Whether a setting is of no link, or of one that is there: a copy may have lost some that its original has. */
function isOfPresentLink(netns: MemoryNetns, path: string): boolean {
  const [, , group, name = ''] = path.split('/')
  if (group !== 'conf' && group !== 'neigh') return true
  return name === 'all' || name === 'default' || findLink(netns, name) !== undefined
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
