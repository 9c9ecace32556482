import type { Neighbour, NeighbourEntry } from '@vpc-bridge/kernel'
import type { SystemResult } from '@vpc-bridge/runtime'
import { err, ok } from 'neverthrow'
import { decodeNeighbour, decodeNeighbourEntry, getNeighbour, getNeighbours } from '../neighbour-message.ts'
import type { NetlinkSocket } from '../netlink-socket.ts'
import { withNames } from './link-names.ts'
import { withLink, withOptionalLink } from './links.ts'
import { listOf } from './list.ts'

/** Lists the permanent neighbour entries of one link, or of all. */
export function neighboursOf(socket: NetlinkSocket, dev: string | undefined): SystemResult<readonly Neighbour[]> {
  return withOptionalLink(socket, dev, (link) =>
    listOf(socket, getNeighbours(link?.index), decodeNeighbour)
      .map((all) => all.filter(({ index }) => (link?.index ?? index) === index))
      .andThen((found) => withNames(socket, found, link)),
  )
}

/** Returns the neighbour entry of an address; `undefined` when there is none. */
export function neighbourOf(
  socket: NetlinkSocket,
  dev: string,
  address: string,
): SystemResult<NeighbourEntry | undefined> {
  return withLink(socket, dev, ({ index, name }) => {
    const request = getNeighbour({ index, address })
    if (request === undefined) return err({ errno: 'EINVAL', message: `${JSON.stringify(address)} is no address` })
    return socket
      .ask(request)
      .map((answer) => decodeNeighbourEntry(answer.body))
      .orElse((error) => {
        if (error.errno === 'ENOENT') return ok(undefined)
        // A kernel before 5.0 has only lists of them.
        return error.errno === 'EOPNOTSUPP' ? neighbourInList(socket, index, address) : err(error)
      })
      .map((found) => {
        if (found === undefined) return undefined
        const { index: _, ...entry } = found
        return { dev: name, ...entry }
      })
  })
}

function neighbourInList(socket: NetlinkSocket, index: number, address: string) {
  return listOf(socket, getNeighbours(index), decodeNeighbourEntry).map((all) =>
    all.find((each) => each.index === index && each.address === address),
  )
}
