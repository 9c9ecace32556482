import type { Link, LinkQuery } from '@vpc-bridge/kernel'
import { type SystemError, type SystemResult, utf8Length } from '@vpc-bridge/runtime'
import { err, ok, type Result } from 'neverthrow'
import { decodeLink, decodeNamedLink, getLink, getLinks, type LinkHandle, type NamedLink } from '../link-message.ts'
import type { Message, Request } from '../message.ts'
import type { NetlinkSocket } from '../netlink-socket.ts'
import { decoded, listOf } from './list.ts'

/** Returns the link of a name; `undefined` when there is none. */
export function findLink(socket: NetlinkSocket, name: string): SystemResult<Link | undefined> {
  return ask(socket, name, decodeLink)
}

/** Returns the link of a name; ENODEV when there is none. */
export function presentLink(socket: NetlinkSocket, name: string): SystemResult<Link> {
  return present(name, findLink(socket, name))
}

/** Returns the name and index that a link has now; `undefined` when there is none. */
export function findNamed(socket: NetlinkSocket, handle: LinkHandle): SystemResult<NamedLink | undefined> {
  return ask(socket, handle, decodeNamedLink)
}

/** Does something with the link that has a name now. It is asked for each time: others rename links, and delete them. */
export function withLink<T>(
  socket: NetlinkSocket,
  name: string,
  action: (link: NamedLink) => SystemResult<T>,
): SystemResult<T> {
  return present(name, findNamed(socket, name)).andThen(action)
}

/** Does something with the link that has a name now, if one is given. */
export function withOptionalLink<T>(
  socket: NetlinkSocket,
  name: string | undefined,
  action: (link: NamedLink | undefined) => SystemResult<T>,
): SystemResult<T> {
  return name === undefined ? action(undefined) : withLink(socket, name, action)
}

/** Changes a link that the kernel finds by its name itself. */
export function changeNamed(
  socket: NetlinkSocket,
  name: string,
  toRequest: (name: string) => Request,
): SystemResult<void> {
  return isName(name) ? socket.request(toRequest(name)) : err(noDevice(name))
}

/**
 * Lists links.
 *
 * @param openSocket opens a further socket: the rest of a list that is not read to its end goes with it
 */
export function linksOf(
  socket: NetlinkSocket,
  openSocket: () => SystemResult<NetlinkSocket>,
  { master, limit }: LinkQuery,
): SystemResult<readonly Link[]> {
  return withOptionalLink(socket, master, (bridge) => {
    const wanted = getLinks(bridge?.index)
    // Some kernels list more than the ports that were asked for.
    const isWanted = (link: Link) => bridge === undefined || link.master === bridge.index
    if (limit === undefined) return listOf(socket, wanted, decodeLink).map((links) => links.filter(isWanted))
    const toLinks = (messages: readonly Message[]) => decoded(messages, decodeLink).filter(isWanted)
    return openSocket().andThen((once) => {
      const messages = once.dump(wanted, { enough: (arrived) => toLinks(arrived).length >= limit })
      once.close()
      return messages.map((all) => toLinks(all).slice(0, limit))
    })
  })
}

function ask<T>(
  socket: NetlinkSocket,
  handle: LinkHandle,
  decode: (body: Uint8Array) => T | undefined,
): SystemResult<T | undefined> {
  if (typeof handle === 'string' && !isName(handle)) return ok(undefined)
  const answer = socket.ask(getLink(handle))
  if (answer.isErr()) return answer.error.errno === 'ENODEV' ? ok(undefined) : err(answer.error)
  return ok(decode(answer.value.body))
}

function present<T>(name: string, found: SystemResult<T | undefined>): Result<T, SystemError> {
  return found.andThen((link) => (link === undefined ? err(noDevice(name)) : ok(link)))
}

function noDevice(name: string): SystemError {
  return { errno: 'ENODEV', message: `Cannot find device "${name}"` }
}

/** A name that a link can have; the kernel refuses others as malformed, but here they are just not there. */
function isName(name: string): boolean {
  const length = utf8Length(name)
  return length > 0 && length <= 127 && !name.includes('\0')
}
