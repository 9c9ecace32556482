import { type Route, routeProtocols } from '@vpc-bridge/kernel'
import { addressToBytes, bytesToAddress, prefixToBytes } from '@vpc-bridge/kernel/ip'
import { families } from './address-message.ts'
import { bytes, decodeAttributes, encodeAttributes, putU32, readU32, u32, u32At } from './attributes.ts'
import { flags, type Request } from './message.ts'

/** linux/rtnetlink.h */
const routeTypes = { new: 24, delete: 25, get: 26 } as const

const rta = { destination: 1, outputInterface: 4, gateway: 5, priority: 6, source: 7, table: 15 } as const
export const mainTable = 254
const tables = { all: 0, compat: 252, main: mainTable, local: 255 } as const
const unicast = 1
const scopes = { global: 0, link: 253, nowhere: 255 } as const
const onlinkFlag = 4
const headerLength = 12

/** A route as the kernel refers to its link: by index. */
export type IndexedRoute = Omit<Route, 'dev'> & { readonly index: number }

/** Asks for the routes of a table, by its number if it is not the main one, or of all; of one link if its index is given. */
export function getRoutes(
  family: 'inet' | 'inet6',
  index: number | undefined,
  wanted: 'main' | 'all' | number = 'main',
): Request {
  const table = typeof wanted === 'number' ? wanted : tables[wanted]
  const attributes = [
    ...(table === tables.all ? [] : [u32(rta.table, table)]),
    ...(index === undefined ? [] : [u32(rta.outputInterface, index)]),
  ]
  const body = encodeAttributes(attributes, header({ family: families[family], table: byteOf(table), type: unicast }))
  return { type: routeTypes.get, flags: flags.request | flags.dump, body }
}

/**
 * Four bytes that are in every message about a route to a prefix, and in few others: its last ones; of a default route, which
 * has none, those that the header begins with.
 *
 * @returns `undefined` when it is not a prefix
 */
export function wordOf(destination: string): number | undefined {
  const prefix = prefixToBytes(destination)
  if (prefix === undefined) return undefined
  if (prefix.length === 0) return prefix.bytes.length === 4 ? families.inet : families.inet6
  return u32At(prefix.bytes, 4 * (Math.ceil(prefix.length / 32) - 1))
}

/** @returns `undefined` when a text is not an address */
export function newRoute(route: IndexedRoute): Request | undefined {
  return routeRequest(routeTypes.new, flags.create | flags.exclusive, route)
}

/** @returns `undefined` when a text is not an address */
export function setRoute(route: IndexedRoute): Request | undefined {
  return routeRequest(routeTypes.new, flags.create | flags.replace, route)
}

/** @returns `undefined` when a text is not an address */
export function deleteRoute(route: IndexedRoute): Request | undefined {
  return routeRequest(routeTypes.delete, 0, route)
}

/**
 * Reads a unicast route; `undefined` when the message is none, or about one of the table `local`, for some sources or one type
 * of service only.
 */
export function decodeRoute(body: Uint8Array): IndexedRoute | undefined {
  if (body.length < headerLength) return undefined
  // For some sources, or one type of service.
  if (body[2] !== 0 || body[3] !== 0) return undefined
  const attributes = decodeAttributes(body.subarray(headerLength), Object.values(rta))
  const index = readU32(attributes, rta.outputInterface)
  const table = readU32(attributes, rta.table) ?? body[4]
  if (body[7] !== unicast || table === tables.local || index === undefined) return undefined
  const destination = attributes.get(rta.destination) ?? new Uint8Array(body[0] === families.inet6 ? 16 : 4)
  const gateway = attributes.get(rta.gateway)
  const source = attributes.get(rta.source)
  const protocol = body[5] ?? 0
  return {
    destination: `${bytesToAddress(destination)}/${body[1]}`,
    ...(gateway === undefined ? {} : { gateway: bytesToAddress(gateway) }),
    index,
    onlink: (u32At(body, 8) & onlinkFlag) !== 0,
    scope: body[6] === scopes.link ? 'link' : 'global',
    protocol: routeProtocols[protocol] ?? String(protocol),
    metric: readU32(attributes, rta.priority) ?? 0,
    ...(source === undefined ? {} : { source: bytesToAddress(source) }),
    ...(table === tables.main ? {} : { table }),
  }
}

function routeRequest(type: number, extraFlags: number, route: IndexedRoute): Request | undefined {
  const prefix = prefixToBytes(route.destination)
  const gateway = optionalAddress(route.gateway)
  const source = optionalAddress(route.source)
  if (prefix === undefined || gateway === undefined || source === undefined) return undefined
  const inet6 = prefix.bytes.length === 16
  const { table = tables.main } = route
  const named = Object.keys(routeProtocols).find((number) => routeProtocols[Number(number)] === route.protocol)
  const attributes = [
    bytes(rta.destination, prefix.bytes),
    u32(rta.outputInterface, route.index),
    ...(gateway.length === 0 ? [] : [bytes(rta.gateway, gateway)]),
    ...(source.length === 0 ? [] : [bytes(rta.source, source)]),
    ...(route.metric === 0 ? [] : [u32(rta.priority, route.metric)]),
    ...(route.table === undefined ? [] : [u32(rta.table, table)]),
  ]
  const head = header({
    family: inet6 ? families.inet6 : families.inet,
    destinationLength: prefix.length,
    table: byteOf(table),
    protocol: Number(named ?? route.protocol),
    scope: scopes[route.scope],
    type: unicast,
    flags: route.onlink ? onlinkFlag : 0,
  })
  return { type, flags: flags.request | extraFlags, body: encodeAttributes(attributes, head) }
}

/** A table's number in the header, where it has one byte, which not every number fits into. */
function byteOf(table: number): number {
  return table > 255 ? tables.compat : table
}

/** No bytes for no address; `undefined` when a text is not one. */
function optionalAddress(address: string | undefined): Uint8Array | undefined {
  return address === undefined ? new Uint8Array(0) : addressToBytes(address)
}

/** struct rtmsg */
function header(fields: {
  readonly family: number
  readonly destinationLength?: number
  readonly table?: number
  readonly protocol?: number
  readonly scope?: number
  readonly type?: number
  readonly flags?: number
}): Uint8Array {
  const buffer = new Uint8Array(headerLength)
  const { family, destinationLength = 0, table = 0, protocol = 0, scope = 0, type = 0 } = fields
  buffer.set([family, destinationLength, 0, 0, table, protocol, scope, type])
  putU32(buffer, 8, fields.flags ?? 0)
  return buffer
}
