import { isUpper, macvtapIndex, type NamespaceFile, type NewLink, type NewUpper, vlanIndex } from '@vpc-bridge/kernel'
import type { Syscalls, SystemResult } from '@vpc-bridge/runtime'
import { newLink, newUpper } from '../link-message.ts'
import type { Request } from '../message.ts'
import type { NetlinkSocket } from '../netlink-socket.ts'
import { createTap } from '../tap.ts'
import { presentLink, withOptionalLink } from './links.ts'
import { requestFor } from './request.ts'

/** Creates a link. */
export function addLink(
  socket: NetlinkSocket,
  syscalls: Syscalls,
  file: NamespaceFile,
  link: NewLink,
): SystemResult<void> {
  if (link.kind === 'tap') return file.inside(() => createTap(syscalls, link))
  if (isUpper(link)) return addUpper(socket, syscalls, link)
  const far = link.kind === 'veth' ? link.peer.netns : undefined
  return withOptionalLink(socket, link.master, (master) =>
    create(socket, syscalls, far, (descriptor) => newLink(link, master?.index, descriptor)),
  )
}

/** Creates a link on top of another one. */
function addUpper(socket: NetlinkSocket, syscalls: Syscalls, link: NewUpper): SystemResult<void> {
  return presentLink(socket, link.parent).andThen((parent) => {
    const mac = link.kind === 'macvtap' ? (link.mode === 'passthru' ? parent.mac : link.mac) : undefined
    const isVlanAway = link.kind === 'vlan' && link.netns !== undefined
    const index = mac === undefined ? (isVlanAway ? vlanIndex(parent.index, link.id) : 0) : macvtapIndex(mac)
    return create(socket, syscalls, link.netns, (netns) => newUpper(link, { parent: parent.index, index, netns }))
  })
}

/** Creates a link whose far end, or which itself, may be in another namespace. */
function create(
  socket: NetlinkSocket,
  syscalls: Syscalls,
  far: string | undefined,
  toRequest: (descriptor: number | undefined) => Request,
): SystemResult<void> {
  return far === undefined ? socket.request(toRequest(undefined)) : requestFor(socket, syscalls, far, toRequest)
}
