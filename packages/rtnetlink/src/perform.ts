import { isLinkName, type NamespaceFile, type NetworkOperation } from '@vpc-bridge/kernel'
import type { Syscalls, SystemResult } from '@vpc-bridge/runtime'
import { err } from 'neverthrow'
import { deleteAddress, newAddress } from './address-message.ts'
import { isText } from './attributes.ts'
import { addAltName, deleteAltName, deleteLink, moveLink, renameLink } from './link-message.ts'
import { deleteNeighbour, setNeighbour } from './neighbour-message.ts'
import type { NetlinkSocket } from './netlink-socket.ts'
import { setLinkOf } from './objects/link-settings.ts'
import { changeNamed, withLink } from './objects/links.ts'
import { addLink } from './objects/new-links.ts'
import { onLink, requestFor, requestOf } from './objects/request.ts'
import { onLinks } from './objects/routes.ts'
import { deleteRejectRoute, newRejectRoute } from './reject-route-message.ts'
import { deleteRoute, newRoute, setRoute } from './route-message.ts'
import { deleteRule, newRule } from './rule-message.ts'

/** Performs an operation in a namespace: all of it or nothing. */
export function perform(
  socket: NetlinkSocket,
  syscalls: Syscalls,
  file: NamespaceFile,
  operation: NetworkOperation,
): SystemResult<void> {
  const strange = textsOf(operation).find((each) => !isText(each))
  if (strange !== undefined) {
    const shown = JSON.stringify(strange.slice(0, 64))
    return err({ errno: 'EINVAL', message: `${shown} cannot be a name, an alias or a label` })
  }
  switch (operation.do) {
    case 'add link':
      return addLink(socket, syscalls, file, operation.link)
    case 'set link':
      return setLinkOf(socket, operation.name, operation.set)
    case 'delete link':
      return changeNamed(socket, operation.name, deleteLink)
    case 'rename link':
      return isLinkName(operation.to)
        ? withLink(socket, operation.name, ({ index }) => socket.request(renameLink(index, operation.to)))
        : err({ errno: 'EINVAL', message: `${JSON.stringify(operation.to)} cannot be the name of a link` })
    case 'move link':
      return withLink(socket, operation.name, ({ index }) =>
        requestFor(socket, syscalls, operation.netns, (descriptor) => moveLink(index, descriptor, operation.as)),
      )
    case 'add altname':
      return changeNamed(socket, operation.name, (name) => addAltName(name, operation.altName))
    case 'delete altname':
      return changeNamed(socket, operation.name, (name) => deleteAltName(name, operation.altName))
    case 'add address':
      return onLink(socket, operation.address, newAddress)
    case 'delete address':
      return onLink(socket, operation.address, deleteAddress)
    case 'add route':
      return onLinks(socket, operation.route, newRoute)
    case 'set route':
      return onLinks(socket, operation.route, setRoute)
    case 'delete route':
      return onLinks(socket, operation.route, deleteRoute)
    case 'add reject route':
      return requestOf(socket, operation.route, newRejectRoute)
    case 'delete reject route':
      return requestOf(socket, operation.route, deleteRejectRoute)
    case 'add rule':
      return requestOf(socket, operation.rule, newRule)
    case 'delete rule':
      return requestOf(socket, operation.rule, deleteRule)
    case 'set neighbour':
      return onLink(socket, operation.neighbour, setNeighbour)
    case 'delete neighbour':
      return onLink(socket, operation.neighbour, deleteNeighbour)
  }
}

/** What an operation gives to links as names and aliases, and to addresses as labels. */
function textsOf(operation: NetworkOperation): readonly string[] {
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
