import {
  type Address,
  driverNetns,
  type Family,
  isLinkName,
  isUpper,
  type Kernel,
  type Link,
  type LinkQuery,
  type LinkSettings,
  type ListedRule,
  macvtapIndex,
  type NamespaceFile,
  type NeighbourEntry,
  type Netns,
  type NetworkOperation,
  type NewUpper,
  type Operation,
  openNamespace,
  type PacketFilters,
  type Route,
  type RouteQuery,
  vlanIndex,
} from '@vpc-bridge/kernel'
import { type Syscalls, type SystemError, utf8Length } from '@vpc-bridge/runtime'
import { err, ok, Result } from 'neverthrow'
import { decodeAddress, deleteAddress, getAddresses, newAddress } from './address-message.ts'
import { isText } from './attributes.ts'
import {
  addAltName,
  decodeLink,
  deleteAltName,
  deleteLink,
  getLink,
  getLinks,
  type LinkHandle,
  moveLink,
  newLink,
  newUpper,
  renameLink,
  setLink,
} from './link-message.ts'
import type { Message, Request } from './message.ts'
import {
  decodeNeighbour,
  decodeNeighbourEntry,
  deleteNeighbour,
  getNeighbour,
  getNeighbours,
  setNeighbour,
} from './neighbour-message.ts'
import { type NetlinkSocket, openSocket } from './netlink-socket.ts'
import { decodeRejectRoute, deleteRejectRoute, newRejectRoute } from './reject-route-message.ts'
import {
  decodeRoute,
  deleteRoute,
  getRoutes,
  type IndexedRoute,
  mainTable,
  newRoute,
  setRoute,
  wordOf,
} from './route-message.ts'
import { decodeRule, deleteRule, getRules, newRule } from './rule-message.ts'
import { createTap } from './tap.ts'

/** Of a kernel without routing policy, or without that version of IP. */
const noPolicy = ['EOPNOTSUPP', 'EAFNOSUPPORT']

/** How many links are asked for one by one, which takes less time than a list of those of a large host. */
const fewLinks = 8

/**
 * The handle of a namespace.
 *
 * @param socket for all requests in it
 */
export function openNetns(
  file: NamespaceFile,
  socket: NetlinkSocket,
  {
    open,
    syscalls,
    filters,
  }: { readonly open: Kernel['open']; readonly syscalls: Syscalls; readonly filters: PacketFilters },
): Netns {
  const linkOf = (handle: LinkHandle): Result<Link | undefined, SystemError> => {
    const answer = socket.ask(getLink(handle))
    if (answer.isErr()) return answer.error.errno === 'ENODEV' ? ok(undefined) : err(answer.error)
    return ok(decodeLink(answer.value.body))
  }

  const findLink = (name: string): Result<Link | undefined, SystemError> =>
    isName(name) ? linkOf(name) : ok(undefined)

  const presentLink = (name: string): Result<Link, SystemError> =>
    findLink(name).andThen((link) => (link === undefined ? err(noDevice(name)) : ok(link)))

  /** Does something with the link that has a name now. It is asked for each time: others rename links, and delete them. */
  const withLink = <T>(name: string, action: (link: Link) => Result<T, SystemError>): Result<T, SystemError> =>
    presentLink(name).andThen(action)

  /** A change of a link that the kernel finds by its name itself. */
  const changeNamed = (name: string, toRequest: (name: string) => Request): Result<void, SystemError> =>
    isName(name) ? socket.request(toRequest(name)) : err(noDevice(name))

  const withOptionalLink = <T>(
    name: string | undefined,
    action: (link: NamedLink | undefined) => Result<T, SystemError>,
  ): Result<T, SystemError> => (name === undefined ? action(undefined) : withLink(name, action))

  const links = ({ master, limit }: LinkQuery): Result<readonly Link[], SystemError> =>
    withOptionalLink(master, (bridge) => {
      const index = bridge?.index
      const wanted = getLinks(index)
      // Some kernels list more than the ports that were asked for.
      const toLinks = (messages: readonly Message[]) =>
        decoded(messages, decodeLink).filter((link) => index === undefined || link.master === index)
      if (limit === undefined) return socket.dump(wanted).map(toLinks)
      return file
        .inside(() => openSocket(syscalls))
        .andThen((once) => {
          const messages = once.dump(wanted, { enough: (arrived) => toLinks(arrived).length >= limit })
          once.close()
          return messages.map((all) => toLinks(all).slice(0, limit))
        })
    })

  /** Names of links by index. A list of all links takes long where there are many: it is asked for only where many are named. */
  const namesOf = (
    known: NamedLink | undefined,
    indexes: readonly number[],
  ): Result<ReadonlyMap<number, string>, SystemError> => {
    const wanted = [...new Set(indexes)].filter((index) => index !== known?.index)
    const found: Result<readonly NamedLink[], SystemError> =
      wanted.length > fewLinks
        ? links({})
        : Result.combine(wanted.map(linkOf)).map((each) => each.flatMap((link) => link ?? []))
    return found.map(
      (all) => new Map([...(known === undefined ? [] : [known]), ...all].map(({ index, name }) => [index, name])),
    )
  }

  const withNames = <T extends { readonly index: number }>(
    items: readonly T[],
    known: NamedLink | undefined,
  ): Result<readonly (Omit<T, 'index'> & { readonly dev: string })[], SystemError> =>
    namesOf(
      known,
      items.map(({ index }) => index),
    ).map((names) => {
      const named = []
      for (const { index, ...item } of items) {
        const dev = names.get(index)
        if (dev !== undefined) named.push({ dev, ...item })
      }
      return named
    })

  const addresses = (dev: string | undefined) =>
    withOptionalLink(dev, (link) =>
      socket
        .dump(getAddresses(link?.index ?? 0))
        .map((messages) => decoded(messages, decodeAddress).filter(({ index }) => (link?.index ?? index) === index))
        .andThen((found) => withNames(found, link))
        .map((found) => found.map(withoutOwnLabel)),
    )

  const routes = ({ family, destination, dev, tables }: RouteQuery): Result<readonly Route[], SystemError> =>
    withOptionalLink(dev, (link) =>
      indexedRoutes(family, destination, link?.index, tables)
        .map((found) =>
          found.filter(
            (route) =>
              (destination === undefined || route.destination === destination) &&
              (link === undefined || indexesOf(route).includes(link.index)) &&
              // Some kernels list more than the table that was asked for.
              (tables === 'all' || (route.table ?? mainTable) === (tables ?? mainTable)),
          ),
        )
        .andThen((found) => withLinkNames(found, link)),
    )

  /** Routes by the names of their links; those by a link that has gone meanwhile are gone, too. */
  const withLinkNames = (
    routes: readonly IndexedRoute[],
    known: NamedLink | undefined,
  ): Result<readonly Route[], SystemError> =>
    namesOf(known, routes.flatMap(indexesOf)).map((names) => routes.flatMap((route) => routeByName(route, names) ?? []))

  /**
   * From the list of all. The kernel can be asked for the way to an address, too, but what it answers does not tell what is
   * in the main table: policy rules and local addresses come before it, a route whose link has no carrier may count for
   * nothing, and of two to one destination the better one hides the other.
   */
  const indexedRoutes = (
    family: RouteQuery['family'],
    destination: string | undefined,
    index: number | undefined,
    tables: RouteQuery['tables'],
  ): Result<readonly IndexedRoute[], SystemError> =>
    socket
      .dump(getRoutes(family, index, tables), { word: destination === undefined ? undefined : wordOf(destination) })
      .map((messages) => decoded(messages, decodeRoute))
      // A namespace that never had a route has no table for them either.
      .orElse((error) => (error.errno === 'ENOENT' ? ok([]) : err(error)))

  const rejectRoutes = (family: Family) =>
    socket
      .dump(getRoutes(family, undefined, 'all'))
      .map((messages) => decoded(messages, decodeRejectRoute))
      .orElse((error) => (error.errno === 'ENOENT' ? ok([]) : err(error)))

  const rules = (family: Family): Result<readonly ListedRule[], SystemError> =>
    socket
      .dump(getRules(family))
      .map((messages) => decoded(messages, decodeRule).filter((rule) => rule.family === family))
      .orElse((error) => (noPolicy.includes(error.errno) ? ok([]) : err(error)))

  const neighbours = (dev: string | undefined) =>
    withOptionalLink(dev, (link) =>
      socket
        .dump(getNeighbours(link?.index))
        .map((messages) => decoded(messages, decodeNeighbour).filter(({ index }) => (link?.index ?? index) === index))
        .andThen((found) => withNames(found, link)),
    )

  const neighbour = (dev: string, address: string): Result<NeighbourEntry | undefined, SystemError> =>
    withLink(dev, ({ index, name }) => {
      const request = getNeighbour({ index, address })
      if (request === undefined) return err({ errno: 'EINVAL', message: `${JSON.stringify(address)} is no address` })
      return socket
        .ask(request)
        .map((answer) => decodeNeighbourEntry(answer.body))
        .orElse((error) => {
          if (error.errno === 'ENOENT') return ok(undefined)
          // A kernel before 5.0 has only lists of them.
          return error.errno === 'EOPNOTSUPP' ? neighbourInList(index, address) : err(error)
        })
        .map((found) => {
          if (found === undefined) return undefined
          const { index: _, ...entry } = found
          return { dev: name, ...entry }
        })
    })

  const neighbourInList = (index: number, address: string) =>
    socket
      .dump(getNeighbours(index))
      .map((messages) =>
        decoded(messages, decodeNeighbourEntry).find((each) => each.index === index && each.address === address),
      )

  /** Makes a request in which another namespace is named by a descriptor. */
  const requestFor = (far: string, toRequest: (descriptor: number) => Request): Result<void, SystemError> =>
    openNamespace(syscalls, far).andThen((descriptor) => {
      const done = socket.request(toRequest(descriptor))
      syscalls.close(descriptor)
      return done
    })

  const perform = (operation: NetworkOperation): Result<unknown, SystemError> => {
    const strange = textsOf(operation).find((each) => !isText(each))
    if (strange !== undefined) {
      return err({
        errno: 'EINVAL',
        message: `${JSON.stringify(strange.slice(0, 64))} cannot be a name, an alias or a label`,
      })
    }
    switch (operation.do) {
      case 'add link': {
        const { link } = operation
        if (link.kind === 'tap') return file.inside(() => createTap(syscalls, link))
        if (isUpper(link)) return addUpper(link)
        const far = link.kind === 'veth' ? link.peer.netns : undefined
        return withOptionalLink(link.master, (master) =>
          far === undefined
            ? socket.request(newLink(link, master?.index, undefined))
            : requestFor(far, (descriptor) => newLink(link, master?.index, descriptor)),
        )
      }
      case 'set link':
        return setLinkOf(operation.name, operation.set)
      case 'delete link':
        return changeNamed(operation.name, deleteLink)
      case 'rename link':
        return isLinkName(operation.to)
          ? withLink(operation.name, ({ index }) => socket.request(renameLink(index, operation.to)))
          : err({ errno: 'EINVAL', message: `${JSON.stringify(operation.to)} cannot be the name of a link` })
      case 'move link':
        return withLink(operation.name, ({ index }) =>
          requestFor(operation.netns, (descriptor) => moveLink(index, descriptor, operation.as)),
        )
      case 'add altname':
        return changeNamed(operation.name, (name) => addAltName(name, operation.altName))
      case 'delete altname':
        return changeNamed(operation.name, (name) => deleteAltName(name, operation.altName))
      case 'add address':
        return onLink(operation.address, newAddress)
      case 'delete address':
        return onLink(operation.address, deleteAddress)
      case 'add route':
        return onLinks(operation.route, newRoute)
      case 'set route':
        return onLinks(operation.route, setRoute)
      case 'delete route':
        return onLinks(operation.route, deleteRoute)
      case 'add reject route':
        return requestOf(operation.route, newRejectRoute)
      case 'delete reject route':
        return requestOf(operation.route, deleteRejectRoute)
      case 'add rule':
        return requestOf(operation.rule, newRule)
      case 'delete rule':
        return requestOf(operation.rule, deleteRule)
      case 'set neighbour':
        return onLink(operation.neighbour, setNeighbour)
      case 'delete neighbour':
        return onLink(operation.neighbour, deleteNeighbour)
    }
  }

  const addUpper = (link: NewUpper): Result<unknown, SystemError> =>
    withLink(link.parent, (parent) => {
      const mac = link.kind === 'macvtap' ? (link.mode === 'passthru' ? parent.mac : link.mac) : undefined
      const isVlanAway = link.kind === 'vlan' && link.netns !== undefined
      const index = mac === undefined ? (isVlanAway ? vlanIndex(parent.index, link.id) : 0) : macvtapIndex(mac)
      const create = (descriptor?: number) => newUpper(link, { parent: parent.index, index, netns: descriptor })
      return link.netns === undefined ? socket.request(create()) : requestFor(link.netns, create)
    })

  const setLinkOf = (name: string, set: LinkSettings): Result<unknown, SystemError> => {
    const master = set.master === null ? undefined : set.master
    const toRequest = (link: LinkHandle, bridge: NamedLink | undefined) =>
      setLink(link, set, set.master === null ? 0 : bridge?.index)
    if (Object.keys(set).length <= 1) {
      return withOptionalLink(master, (bridge) => changeNamed(name, () => toRequest(name, bridge)))
    }
    // The kernel sets one property after the other, and stops at the first that it refuses.
    return presentLink(name).andThen((before) =>
      withOptionalLink(master, (bridge) => socket.request(toRequest(before.index, bridge))).orElse((error) => {
        const putBack = socket.request(earlierSettings(before, set))
        const words = putBack.isOk() ? '' : `; and the earlier settings could not be put back: ${putBack.error.message}`
        return err({ ...error, message: `${error.message}${words}` })
      }),
    )
  }

  /** Makes a request about a route, which may have next hops by several links. */
  const onLinks = (
    route: Route,
    toRequest: (route: IndexedRoute) => Request | undefined,
  ): Result<unknown, SystemError> => {
    const { furtherHops, ...single } = route
    if (furtherHops === undefined) return onLink(single, toRequest)
    return Result.combine(
      furtherHops.map(({ dev, ...hop }) => presentLink(dev).map(({ index }) => ({ ...hop, index }))),
    ).andThen((hops) => onLink(single, (first) => toRequest({ ...first, furtherHops: hops })))
  }

  const onLink = <T extends { readonly dev: string; readonly unknown?: readonly string[] }>(
    item: T,
    toRequest: (item: Omit<T, 'dev'> & { readonly index: number }) => Request | undefined,
  ): Result<unknown, SystemError> =>
    withLink(item.dev, ({ index }) => {
      // It was read of another one; the kernel has no request for it.
      if (item.unknown !== undefined)
        return err({ errno: 'EOPNOTSUPP', message: `cannot set ${item.unknown.join(', ')}` })
      const { dev: _, ...rest } = item
      return requestOf({ ...rest, index }, toRequest)
    })

  const requestOf = <T>(item: T, toRequest: (item: T) => Request | undefined): Result<unknown, SystemError> => {
    const request = toRequest(item)
    return request === undefined
      ? err({ errno: 'EINVAL', message: `no addresses: ${JSON.stringify(item)}` })
      : socket.request(request)
  }

  return driverNetns(
    file,
    { link: findLink, links, addresses, routes, rejectRoutes, rules, neighbours, neighbour },
    { filters, syscalls, perform },
    open,
  )
}

/** What an operation gives to links as names and aliases, and to addresses as labels. */
function textsOf(operation: Operation): readonly string[] {
  switch (operation.do) {
    case 'add link':
      return [operation.link.name, ...(operation.link.kind === 'veth' ? [operation.link.peer.name] : [])]
    case 'set link':
      return operation.set.alias === undefined ? [] : [operation.set.alias]
    case 'add address':
      return operation.address.label === undefined ? [] : [operation.address.label]
    case 'add altname':
    case 'delete altname':
      return [operation.altName]
    default:
      return []
  }
}

/** An IPv4 address is labelled with the name of its link, unless another label was chosen. */
function withoutOwnLabel({ label, ...address }: Address): Address {
  return label === undefined || label === address.dev ? address : { ...address, label }
}

/** The links that a route goes by. */
function indexesOf({ index, furtherHops = [] }: IndexedRoute): readonly number[] {
  return [index, ...furtherHops.map((hop) => hop.index)]
}

/** @returns `undefined` when one of its links has no name */
function routeByName(
  { index, furtherHops, ...route }: IndexedRoute,
  names: ReadonlyMap<number, string>,
): Route | undefined {
  const dev = names.get(index)
  const hops = furtherHops?.flatMap(({ index: further, ...hop }) => {
    const name = names.get(further)
    return name === undefined ? [] : [{ ...hop, dev: name }]
  })
  if (dev === undefined || hops?.length !== furtherHops?.length) return undefined
  return { ...route, dev, ...(hops === undefined ? {} : { furtherHops: hops }) }
}

type NamedLink = Pick<Link, 'index' | 'name'>

function noDevice(name: string): SystemError {
  return { errno: 'ENODEV', message: `Cannot find device "${name}"` }
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

/** A name that a link can have; the kernel refuses others as malformed, but here they are just not there. */
function isName(name: string): boolean {
  const length = utf8Length(name)
  return length > 0 && length <= 127 && !name.includes('\0')
}

function decoded<T>(messages: readonly Message[], decode: (body: Uint8Array) => T | undefined): readonly T[] {
  return messages.map(({ body }) => decode(body)).filter((item) => item !== undefined)
}
