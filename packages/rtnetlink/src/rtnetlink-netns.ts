import { readFileSync, writeFileSync } from 'node:fs'
import {
  type Kernel,
  type KernelError,
  type Link,
  type LinkQuery,
  type LinkSettings,
  type Netns,
  type Operation,
  operationError,
  type Route,
  type RouteQuery,
} from '@vpc-bridge/kernel'
import { err, ok, type Result, ResultAsync, safeTry } from 'neverthrow'
import { decodeAddress, deleteAddress, getAddresses, newAddress } from './address-message.ts'
import {
  addAltName,
  decodeLink,
  deleteAltName,
  deleteLink,
  getLink,
  getLinks,
  newLink,
  setLink,
} from './link-message.ts'
import type { Message, Request } from './message.ts'
import { decodeNeighbour, deleteNeighbour, getNeighbours, setNeighbour } from './neighbour-message.ts'
import type { NetlinkError, NetlinkSocket } from './netlink-socket.ts'
import { decodeRoute, deleteRoute, getRoute, getRoutes, type IndexedRoute, newRoute } from './route-message.ts'

/** What a handle is made of. */
export interface Opened {
  readonly path: string
  readonly id: string
  /** The socket for all requests in the namespace. */
  readonly socket: NetlinkSocket
  /** Opens a further socket in the namespace. */
  readonly openSocket: () => Result<NetlinkSocket, NetlinkError>
  /** Calls a function with the thread in the namespace. It must be done when it returns. */
  readonly inside: <T>(action: () => T) => Result<T, NetlinkError>
  readonly open: Kernel['open']
  /** Descriptor of the namespace at a path, for the far end of a veth pair. */
  readonly descriptorOf: (path: string) => Result<number, NetlinkError>
}

/** The handle of a namespace. */
export function openNetns({ path, id, socket, openSocket, inside, open, descriptorOf }: Opened): Netns {
  const findLink = (name: string): Result<Link | undefined, NetlinkError> => {
    if (!isName(name)) return ok(undefined)
    return socket
      .request(getLink(name))
      .map(([message]) => (message === undefined ? undefined : decodeLink(message.body)))
      .orElse((error) => (error.errno === 'ENODEV' ? ok(undefined) : err(error)))
  }

  const presentLink = (name: string): Result<Link, NetlinkError> =>
    findLink(name).andThen((link) =>
      link === undefined ? err({ errno: 'ENODEV', message: `Cannot find device "${name}"` }) : ok(link),
    )

  const indexOf = (name: string): Result<number, NetlinkError> => presentLink(name).map(({ index }) => index)

  const optionalIndexOf = (name: string | undefined): Result<number | undefined, NetlinkError> =>
    name === undefined ? ok(undefined) : indexOf(name)

  const links = ({ master, limit }: LinkQuery): Result<readonly Link[], NetlinkError> =>
    optionalIndexOf(master).andThen((index) => {
      const wanted = getLinks(index)
      // Some kernels list more than the ports that were asked for.
      const toLinks = (messages: readonly Message[]) =>
        decoded(messages, decodeLink).filter((link) => index === undefined || link.master === index)
      if (limit === undefined) return socket.dump(wanted).map(toLinks)
      return openSocket().andThen((once) => {
        const messages = once.dump(wanted, (arrived) => toLinks(arrived).length >= limit)
        once.close()
        return messages.map((all) => toLinks(all).slice(0, limit))
      })
    })

  /** Names of links by index, as far as they are needed. */
  const namesOf = (indexes: Iterable<number>): Result<ReadonlyMap<number, string>, NetlinkError> => {
    if (new Set(indexes).size === 0) return ok(new Map())
    return links({}).map((all) => new Map(all.map(({ index, name }) => [index, name])))
  }

  const withNames = <T extends { readonly index: number }>(
    items: readonly T[],
    known: Link | undefined,
  ): Result<readonly (Omit<T, 'index'> & { readonly dev: string })[], NetlinkError> => {
    const unknown = items.map(({ index }) => index).filter((index) => index !== known?.index)
    return namesOf(unknown).map((names) =>
      items.flatMap(({ index, ...item }) => {
        const dev = index === known?.index ? known.name : names.get(index)
        return dev === undefined ? [] : [{ dev, ...item }]
      }),
    )
  }

  /** The link of a query, which must be there. */
  const queried = (dev: string | undefined): Result<Link | undefined, NetlinkError> =>
    dev === undefined ? ok(undefined) : presentLink(dev)

  const addresses = (dev: string | undefined) =>
    queried(dev).andThen((link) =>
      socket
        .dump(getAddresses(link?.index ?? 0))
        .map((messages) => decoded(messages, decodeAddress).filter(({ index }) => (link?.index ?? index) === index))
        .andThen((found) => withNames(found, link)),
    )

  const routes = ({ family, destination, dev }: RouteQuery): Result<readonly Route[], NetlinkError> =>
    queried(dev).andThen((link) =>
      indexedRoutes(family, destination, link?.index)
        .map((found) =>
          found.filter(
            (route) =>
              (destination === undefined || route.destination === destination) &&
              (link === undefined || route.index === link.index),
          ),
        )
        .andThen((found) => withNames(found, link)),
    )

  /** A list costs more the more routes there are; the one to a single address can be asked for. */
  const indexedRoutes = (
    family: RouteQuery['family'],
    destination: string | undefined,
    index: number | undefined,
  ): Result<readonly IndexedRoute[], NetlinkError> => {
    const single = destination?.endsWith(family === 'inet' ? '/32' : '/128') ? getRoute(destination) : undefined
    if (single === undefined) {
      return (
        socket
          .dump(getRoutes(family, index))
          .map((messages) => decoded(messages, decodeRoute))
          // A namespace that never had a route has no table for them either.
          .orElse((error) => (error.errno === 'ENOENT' ? ok([]) : err(error)))
      )
    }
    return socket
      .request(single)
      .map((messages) => decoded(messages, decodeRoute))
      .orElse((error) => (unreachable.includes(error.errno) ? ok([]) : err(error)))
  }

  const neighbours = (dev: string | undefined) =>
    queried(dev).andThen((link) =>
      socket
        .dump(getNeighbours(link?.index))
        .map((messages) => decoded(messages, decodeNeighbour).filter(({ index }) => (link?.index ?? index) === index))
        .andThen((found) => withNames(found, link)),
    )

  /** Whose settings are below /proc/sys/net depends on the namespace that the thread is in. */
  const inProc = <T>(name: string, action: (file: string) => T): Result<T, NetlinkError> => {
    // Names of links become parts of paths: none may lead out of /proc/sys.
    if (name.split('/').some((part) => ['', '.', '..'].includes(part))) {
      return err({ errno: 'ENOENT', message: `${name} is not the path of a setting, such as net/ipv4/ip_forward` })
    }
    return inside(() => fromFileSystem(() => action(`/proc/sys/${name}`))).andThen((result) => result)
  }

  const perform = (operation: Operation): Result<unknown, NetlinkError> => {
    switch (operation.do) {
      case 'add link':
        return safeTry(function* () {
          const { link } = operation
          const master = yield* optionalIndexOf(link.master)
          const far = link.kind === 'veth' ? link.peer.netns : undefined
          const descriptor = far === undefined ? undefined : yield* descriptorOf(far)
          return socket.request(newLink(link, master, descriptor))
        })
      case 'set link':
        return safeTry(function* () {
          const { name, set } = operation
          const before = yield* presentLink(name)
          const master = set.master === null ? 0 : yield* optionalIndexOf(set.master)
          return socket.request(setLink(before.index, set, master)).orElse((error) => {
            // The kernel sets one property after the other, and stops at the first that it refuses.
            const putBack = Object.keys(set).length > 1 ? socket.request(earlierSettings(before, set)) : ok([])
            const words = putBack.isOk()
              ? ''
              : `; and the earlier settings could not be put back: ${putBack.error.message}`
            return err({ ...error, message: `${error.message}${words}` })
          })
        })
      case 'delete link':
        return indexOf(operation.name).andThen((index) => socket.request(deleteLink(index)))
      case 'add altname':
        return indexOf(operation.name).andThen((index) => socket.request(addAltName(index, operation.altName)))
      case 'delete altname':
        return indexOf(operation.name).andThen((index) => socket.request(deleteAltName(index, operation.altName)))
      case 'add address':
        return onLink(operation.address, newAddress)
      case 'delete address':
        return onLink(operation.address, deleteAddress)
      case 'add route':
        return onLink(operation.route, newRoute)
      case 'delete route':
        return onLink(operation.route, deleteRoute)
      case 'set neighbour':
        return onLink(operation.neighbour, setNeighbour)
      case 'delete neighbour':
        return onLink(operation.neighbour, deleteNeighbour)
      case 'write sysctl':
        // r+: by default it would try to create what is missing.
        return inProc(operation.path, (file) => writeFileSync(file, operation.value, { flag: 'r+' }))
    }
  }

  const onLink = <T extends { readonly dev: string }>(
    item: T,
    toRequest: (item: Omit<T, 'dev'> & { readonly index: number }) => Request | undefined,
  ): Result<unknown, NetlinkError> =>
    indexOf(item.dev).andThen((index) => {
      const { dev: _, ...rest } = item
      const request = toRequest({ ...rest, index })
      return request === undefined
        ? err({ errno: 'EINVAL', message: `no addresses: ${JSON.stringify(item)}` })
        : socket.request(request)
    })

  const look = <T>(object: string, result: Result<T, NetlinkError>): ResultAsync<T, KernelError> =>
    settled(
      result.mapErr(({ errno, message }) => ({
        kind: 'kernel',
        operation: 'look up',
        object,
        netns: path,
        errno,
        message,
      })),
    )

  return {
    path,
    id,
    link: (name) => look(`link ${name}`, findLink(name)),
    links: (query = {}) => look('links', links(query)),
    addresses: (dev) => look('addresses', addresses(dev)),
    routes: (query) => look('routes', routes(query)),
    neighbours: (dev) => look('neighbours', neighbours(dev)),
    sysctl: (name) =>
      look(
        `sysctl ${name}`,
        inProc(name, (file) => readFileSync(file, 'utf8').replace(/\n$/, '')),
      ),
    change: (operation) =>
      settled(
        perform(operation)
          .map(() => undefined)
          .mapErr(({ errno, message }) => operationError(operation, path, errno, message)),
      ),
    open,
  }
}

/** Sets the properties that were to be changed to what they were. */
function earlierSettings({ index, mac, mtu, master, alias = '', up }: Link, set: LinkSettings): Request {
  const earlier: LinkSettings = {
    ...(set.mac === undefined || mac === undefined ? {} : { mac }),
    ...(set.mtu === undefined ? {} : { mtu }),
    ...(set.alias === undefined ? {} : { alias }),
    ...(set.up === undefined ? {} : { up }),
  }
  return setLink(index, earlier, set.master === undefined ? undefined : (master ?? 0))
}

/** What the kernel answers when there is no route at all. */
const unreachable = ['ENETUNREACH', 'EHOSTUNREACH', 'ESRCH', 'EACCES', 'EINVAL']

/** A name that a link can have; the kernel refuses others as malformed, but here they are just not there. */
function isName(name: string): boolean {
  const { length } = new TextEncoder().encode(name)
  return length > 0 && length <= 127
}

function decoded<T>(messages: readonly Message[], decode: (body: Uint8Array) => T | undefined): readonly T[] {
  return messages.map(({ body }) => decode(body)).filter((item) => item !== undefined)
}

function settled<T, E>(result: Result<T, E>): ResultAsync<T, E> {
  return new ResultAsync(Promise.resolve(result))
}

function fromFileSystem<T>(action: () => T): Result<T, NetlinkError> {
  try {
    return ok(action())
  } catch (error) {
    // node:fs throws nothing else.
    const { code = 'EIO', message } = error as NodeJS.ErrnoException
    return err({ errno: code, message })
  }
}
