import type { NextHop } from '@vpc-bridge/kernel'
import { addressToBytes, bytesToAddress } from '@vpc-bridge/kernel/ip'
import { families } from './address-message.ts'
import {
  type Attribute,
  type Attributes,
  align,
  bytes,
  decodeAttributes,
  encodeAttributes,
  i32At,
  putU16,
  putU32,
  typesBeside,
  u16At,
} from './attributes.ts'

/** linux/rtnetlink.h. Of a gateway of the other IP version, `via` says which it is. */
const rta = { gateway: 5, via: 18 } as const
const known = Object.values(rta)
export const onlinkFlag = 4
/** struct rtnexthop: length, flags, weight less one, index of the link */
const headerLength = 8

/** A next hop as the kernel refers to its link: by index. */
export type IndexedHop = Omit<NextHop, 'dev'> & { readonly index: number }

/** The gateway that attributes of a route or a next hop tell. */
export function gatewayIn(attributes: Attributes): Pick<NextHop, 'gateway'> {
  const gateway = attributes.get(rta.gateway) ?? attributes.get(rta.via)?.subarray(2)
  return gateway === undefined ? {} : { gateway: bytesToAddress(gateway) }
}

/**
 * The attributes that tell a gateway; none where there is none.
 *
 * @param inet6 whether the route is one of IPv6
 * @returns `undefined` when the gateway is no address
 */
export function gatewayAttributes(gateway: string | undefined, inet6: boolean): readonly Attribute[] | undefined {
  if (gateway === undefined) return []
  const address = addressToBytes(gateway)
  if (address === undefined) return undefined
  const isInet6 = address.length === 16
  if (isInet6 === inet6) return [bytes(rta.gateway, address)]
  const family = isInet6 ? families.inet6 : families.inet
  return [bytes(rta.via, Uint8Array.of(family, 0, ...address))]
}

/** Reads the next hops of RTA_MULTIPATH, and the types of attributes of theirs that are unknown. */
export function decodeHops(value: Uint8Array): {
  readonly hops: readonly IndexedHop[]
  readonly unknown: readonly number[]
} {
  const hops: IndexedHop[] = []
  const unknown: number[] = []
  for (let offset = 0; offset + headerLength <= value.length; ) {
    const length = u16At(value, offset)
    if (length < headerLength || offset + length > value.length) break
    const rest = value.subarray(offset + headerLength, offset + length)
    const weight = (value[offset + 3] ?? 0) + 1
    hops.push({
      index: i32At(value, offset + 4),
      onlink: ((value[offset + 2] ?? 0) & onlinkFlag) !== 0,
      ...gatewayIn(decodeAttributes(rest, known)),
      ...(weight === 1 ? {} : { weight }),
    })
    unknown.push(...typesBeside(rest, known))
    offset += align(length)
  }
  return { hops, unknown }
}

/** @returns `undefined` when a gateway is no address */
export function encodeHops(type: number, hops: readonly IndexedHop[], inet6: boolean): Attribute | undefined {
  const encoded = hops.map(({ index, gateway, onlink, weight = 1 }) => {
    const attributes = gatewayAttributes(gateway, inet6)
    if (attributes === undefined) return undefined
    const header = new Uint8Array(headerLength)
    header[2] = onlink ? onlinkFlag : 0
    header[3] = weight - 1
    putU32(header, 4, index)
    const hop = encodeAttributes(attributes, header)
    putU16(hop, 0, hop.length)
    return hop
  })
  const valid = encoded.filter((hop) => hop !== undefined)
  if (valid.length < encoded.length) return undefined
  return bytes(type, Uint8Array.from(valid.flatMap((hop) => [...hop])))
}
