import type { Address } from '@vpc-bridge/kernel'
import type { SystemResult } from '@vpc-bridge/runtime'
import { decodeAddress, getAddresses } from '../address-message.ts'
import type { NetlinkSocket } from '../netlink-socket.ts'
import { withNames } from './link-names.ts'
import { withOptionalLink } from './links.ts'
import { listOf } from './list.ts'

/** Lists the addresses of one link, or of all. */
export function addressesOf(socket: NetlinkSocket, dev: string | undefined): SystemResult<readonly Address[]> {
  return withOptionalLink(socket, dev, (link) =>
    listOf(socket, getAddresses(link?.index ?? 0), decodeAddress)
      .map((all) => all.filter(({ index }) => (link?.index ?? index) === index))
      .andThen((found) => withNames(socket, found, link))
      .map((found) => found.map(withoutOwnLabel)),
  )
}

/** An IPv4 address is labelled with the name of its link, unless another label was chosen. */
function withoutOwnLabel({ label, ...address }: Address): Address {
  return label === undefined || label === address.dev ? address : { ...address, label }
}
