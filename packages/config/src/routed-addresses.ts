import { type Field, fields, key, mapField, orElse } from './field.ts'
import { unusableAsContainer, unusableAsRouter } from './host-address.ts'
import { formatPrefix } from './ip.ts'
import { address, addressWithLength, list, textKind } from './kind.ts'

/** An address of a container, with the router of its subnet. */
export interface RoutedAddress {
  /** With the prefix length of its subnet: `192.168.1.43/24`. */
  readonly address: string
  readonly gateway?: string
}

const { parse: parsePrefix, rule: prefixRule, schema: prefixSchema } = addressWithLength
const { parse: parseAddress, rule: addressRule, schema: addressSchema } = address

const containerAddress = textKind(
  `${prefixRule}, that a host can have`,
  (text) => {
    const ip = parsePrefix(text)
    return ip === undefined || unusableAsContainer(ip) !== undefined ? undefined : ip
  },
  prefixSchema,
)

const router = textKind(
  `${addressRule}, that a router can have`,
  (text) => {
    const ip = parseAddress(text)
    return ip === undefined || unusableAsRouter(ip) !== undefined ? undefined : ip
  },
  addressSchema,
)

/**
 * Declares the addresses of a container and their routers. Each address gets the first router of its IP version.
 *
 * @param addressKey such as `ipAddresses`
 * @param gatewayKey such as `gatewayIPAddresses`
 */
export function routedAddresses(addressKey: string, gatewayKey: string): Field<readonly RoutedAddress[]> {
  const both = fields({
    addresses: orElse([], key(addressKey, list(containerAddress), 'addresses of the container, with prefix length')),
    gateways: orElse([], key(gatewayKey, list(router), 'routers, one for each IP version')),
  })
  return mapField(both, ({ addresses, gateways }) =>
    addresses.map((each) => {
      const gateway = gateways.find(({ family }) => family === each.family)?.address
      return { address: formatPrefix(each), ...(gateway === undefined ? {} : { gateway }) }
    }),
  )
}
