import { familyOf } from '@vpc-bridge/kernel/ip'
import { type Document, list } from './document.ts'
import { unusableAsContainer, unusableAsRouter } from './host-address.ts'
import { addressRule, formatPrefix, parseIp, parsePrefix, prefixRule } from './ip.ts'

/** An address of a container, with the router of its subnet. */
export interface RoutedAddress {
  /** With the prefix length of its subnet: `192.168.1.43/24`. */
  readonly address: string
  readonly gateway?: string
}

/**
 * Reads the addresses of a container, each with the first router of its IP version.
 *
 * @param addressKey such as `ipAddresses`
 * @param gatewayKey such as `gatewayIPAddresses`
 */
export function routedAddressesOf(
  document: Document,
  addressKey: string,
  gatewayKey: string,
): readonly RoutedAddress[] {
  const own = `${prefixRule}, that a host can have`
  const addresses = list(document, addressKey, own, (text) => {
    const ip = parsePrefix(text)
    return ip === undefined || unusableAsContainer(ip) !== undefined ? undefined : formatPrefix(ip)
  })
  const gateways = list(document, gatewayKey, `${addressRule}, that a router can have`, (text) => {
    const ip = parseIp(text)
    return ip === undefined || unusableAsRouter(ip) !== undefined ? undefined : ip.address
  })
  return addresses.map(({ value: address }) => {
    const gateway = gateways.find(({ value }) => familyOf(value) === familyOf(address))?.value
    return { address, ...(gateway === undefined ? {} : { gateway }) }
  })
}
