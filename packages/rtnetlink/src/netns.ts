import { type Driver, driverNetns, type Kernel, type NamespaceFile, type Netns } from '@vpc-bridge/kernel'
import { type NetlinkSocket, openSocket } from './netlink-socket.ts'
import { addressesOf } from './objects/addresses.ts'
import { findLink, linksOf } from './objects/links.ts'
import { neighbourOf, neighboursOf } from './objects/neighbours.ts'
import { rejectRoutesOf, routesOf } from './objects/routes.ts'
import { rulesOf } from './objects/rules.ts'
import { perform } from './perform.ts'

/**
 * The handle of a namespace.
 *
 * @param socket for all requests in it
 */
export function createNetns(
  file: NamespaceFile,
  socket: NetlinkSocket,
  means: Pick<Driver, 'filters' | 'syscalls'>,
  open: Kernel['open'],
): Netns {
  const { syscalls } = means
  const openFurther = () => file.inside(() => openSocket(syscalls))
  return driverNetns(
    file,
    {
      link: (name) => findLink(socket, name),
      links: (query) => linksOf(socket, openFurther, query),
      addresses: (dev) => addressesOf(socket, dev),
      routes: (query) => routesOf(socket, query),
      rejectRoutes: (family) => rejectRoutesOf(socket, family),
      rules: (family) => rulesOf(socket, family),
      neighbours: (dev) => neighboursOf(socket, dev),
      neighbour: (dev, address) => neighbourOf(socket, dev, address),
    },
    { ...means, perform: (operation) => perform(socket, syscalls, file, operation) },
    open,
  )
}
