import { nameOf, numberOf, type RejectRoute, routeProtocols } from '@vpc-bridge/kernel'
import { bytesToAddress, prefixToBytes } from '@vpc-bridge/kernel/ip'
import { families } from './address-message.ts'
import { bytes, decodeAttributes, encodeAttributes, readU32, u32 } from './attributes.ts'
import { flags, type Request } from './message.ts'
import { byteOf, header, headerLength, messageTypes, rta, tables } from './route-message.ts'

/** RTN_BLACKHOLE and so on (linux/rtnetlink.h). */
const types = { blackhole: 6, unreachable: 7, prohibit: 8, throw: 9 } as const

/** @returns `undefined` when the destination is not a prefix */
export function newRejectRoute(route: RejectRoute): Request | undefined {
  return request(messageTypes.new, flags.create | flags.exclusive, route)
}

/** @returns `undefined` when the destination is not a prefix */
export function deleteRejectRoute(route: RejectRoute): Request | undefined {
  return request(messageTypes.delete, 0, route)
}

/** Reads a route by no link; `undefined` when the message is none, or about one that the kernel has by itself. */
export function decodeRejectRoute(body: Uint8Array): RejectRoute | undefined {
  if (body.length < headerLength || body[4] === tables.local) return undefined
  const names = ['blackhole', 'unreachable', 'prohibit', 'throw'] as const
  const type = names.find((name) => types[name] === body[7])
  const protocol = nameOf(routeProtocols, body[5] ?? 0)
  if (type === undefined || protocol === 'kernel') return undefined
  const attributes = decodeAttributes(body.subarray(headerLength), [rta.destination, rta.priority, rta.table])
  const table = readU32(attributes, rta.table) ?? body[4] ?? tables.main
  const destination = attributes.get(rta.destination) ?? new Uint8Array(body[0] === families.inet6 ? 16 : 4)
  return {
    type,
    destination: `${bytesToAddress(destination)}/${body[1]}`,
    protocol,
    metric: readU32(attributes, rta.priority) ?? 0,
    ...(table === tables.main ? {} : { table }),
  }
}

function request(
  message: number,
  extraFlags: number,
  { type, destination, protocol, metric, table = tables.main }: RejectRoute,
): Request | undefined {
  const prefix = prefixToBytes(destination)
  if (prefix === undefined) return undefined
  const head = header({
    family: prefix.bytes.length === 16 ? families.inet6 : families.inet,
    destinationLength: prefix.length,
    table: byteOf(table),
    protocol: numberOf(routeProtocols, protocol),
    type: types[type],
  })
  const attributes = [
    bytes(rta.destination, prefix.bytes),
    ...(metric === 0 ? [] : [u32(rta.priority, metric)]),
    u32(rta.table, table),
  ]
  return { type: message, flags: flags.request | extraFlags, body: encodeAttributes(attributes, head) }
}
