import type { Attached, NamespaceFile } from '@vpc-bridge/kernel'
import type { Syscalls } from '@vpc-bridge/runtime'
import { type NetlinkSocket, openSocket } from './netlink-socket.ts'
import { addressesOf } from './objects/addresses.ts'
import { findLink, linksOf } from './objects/links.ts'
import { neighbourOf, neighboursOf } from './objects/neighbours.ts'
import { rejectRoutesOf, routesOf } from './objects/routes.ts'
import { rulesOf } from './objects/rules.ts'
import { perform } from './perform.ts'

/**
 * Returns the driver in a namespace.
 *
 * @param socket for all requests in it
 */
export function inNamespace(file: NamespaceFile, socket: NetlinkSocket, syscalls: Syscalls): Attached {
  const openFurther = () => file.inside(() => openSocket(syscalls))
  return {
    lookUps: {
      link: (name) => findLink(socket, name),
      links: (query) => linksOf(socket, openFurther, query),
      addresses: (dev) => addressesOf(socket, dev),
      routes: (query) => routesOf(socket, query),
      rejectRoutes: (family) => rejectRoutesOf(socket, family),
      rules: (family) => rulesOf(socket, family),
      neighbours: (dev) => neighboursOf(socket, dev),
      neighbour: (dev, address) => neighbourOf(socket, dev, address),
    },
    perform: (operation) => perform(socket, syscalls, file, operation),
    detach: socket.close,
  }
}
