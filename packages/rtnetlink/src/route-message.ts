import { nameOf, numberOf, type Route, type RouteType, routeProtocols, routeTypes, scopes } from '@vpc-bridge/kernel'
import { addressToBytes, bytesToAddress, prefixToBytes } from '@vpc-bridge/kernel/ip'
import { families } from './address-message.ts'
import {
  type Attributes,
  bytes,
  decodeAttributes,
  encodeAttributes,
  i32At,
  putU32,
  readU32,
  typesBeside,
  u32,
  u32At,
} from './attributes.ts'
import { flags, type Request } from './message.ts'
import { decodeHops, encodeHops, gatewayAttributes, gatewayIn, type IndexedHop, onlinkFlag } from './next-hops.ts'
import { decodeMetrics, encodeMetrics } from './route-metrics.ts'

/** linux/rtnetlink.h */
export const messageTypes = { new: 24, delete: 25, get: 26 } as const

export const rta = {
  destination: 1,
  from: 2,
  outputInterface: 4,
  gateway: 5,
  priority: 6,
  source: 7,
  metrics: 8,
  multipath: 9,
  cacheInfo: 12,
  table: 15,
  via: 18,
  preference: 20,
} as const
const known: readonly number[] = Object.values(rta)
/** What a route is given its expiry by. */
const rtaExpires = 23
/** By the names of ip-route(8). */
const unknownNames: Readonly<Record<number, string>> = {
  11: 'realms',
  19: 'as',
  21: 'encap',
  22: 'encap',
  26: 'ttl-propagate',
  30: 'nhid',
}
/** RFC 4191, section 2.1. The usual one, medium, is 0. */
const preferences = { high: 1, low: 3 } as const
export const mainTable = 254
export const tables = { all: 0, compat: 252, main: mainTable, local: 255 } as const
export const headerLength = 12
/** USER_HZ, the same on all machines that a runtime is built for. */
const ticksPerSecond = 100

/** A route as the kernel refers to its links: by index. */
export type IndexedRoute = Omit<Route, 'dev' | 'furtherHops'> &
  IndexedHop & { readonly furtherHops?: readonly IndexedHop[] }

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
  const body = encodeAttributes(attributes, header({ family: families[family], table: byteOf(table) }))
  return { type: messageTypes.get, flags: flags.request | flags.dump, body }
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
  return routeRequest(messageTypes.new, flags.create | flags.exclusive, route)
}

/** @returns `undefined` when a text is not an address */
export function setRoute(route: IndexedRoute): Request | undefined {
  return routeRequest(messageTypes.new, flags.create | flags.replace, route)
}

/** @returns `undefined` when a text is not an address */
export function deleteRoute({
  metrics: _,
  preference: __,
  expiresSeconds: ___,
  ...route
}: IndexedRoute): Request | undefined {
  return routeRequest(messageTypes.delete, 0, route)
}

/** Reads a route; `undefined` when the message is none, about one of the table `local`, or about one without a link. */
export function decodeRoute(body: Uint8Array): IndexedRoute | undefined {
  if (body.length < headerLength || body[4] === tables.local) return undefined
  const rest = body.subarray(headerLength)
  const attributes = decodeAttributes(rest, known)
  const table = readU32(attributes, rta.table) ?? body[4]
  const type = typeOf(body[7])
  if (type === undefined) return undefined
  const { hops, unknown } = hopsIn(attributes, (u32At(body, 8) & onlinkFlag) !== 0)
  const [first, ...further] = hops
  if (first === undefined) return undefined
  const inet6 = body[0] === families.inet6
  const destination = attributes.get(rta.destination) ?? new Uint8Array(inet6 ? 16 : 4)
  const [from, source, metrics] = [attributes.get(rta.from), attributes.get(rta.source), attributes.get(rta.metrics)]
  const unknownTypes = [...typesBeside(rest, known), ...unknown]
  return {
    destination: `${bytesToAddress(destination)}/${body[1]}`,
    ...(type === 'unicast' ? {} : { type }),
    ...first,
    ...(further.length === 0 ? {} : { furtherHops: further }),
    scope: nameOf(scopes, body[6] ?? 0),
    protocol: nameOf(routeProtocols, body[5] ?? 0),
    metric: readU32(attributes, rta.priority) ?? 0,
    ...(source === undefined ? {} : { source: bytesToAddress(source) }),
    ...(table === tables.main ? {} : { table }),
    ...(body[3] === 0 ? {} : { tos: body[3] }),
    ...(from === undefined ? {} : { from: `${bytesToAddress(from)}/${body[2]}` }),
    ...(metrics === undefined || metrics.length === 0 ? {} : { metrics: decodeMetrics(metrics) }),
    ...preferenceOf(attributes.get(rta.preference)?.[0]),
    ...expiry(attributes.get(rta.cacheInfo)),
    ...(unknownTypes.length === 0 ? {} : { unknown: namesOf(unknownTypes) }),
  }
}

function typeOf(number: number | undefined): RouteType | 'unicast' | undefined {
  const names = ['unicast', 'local', 'broadcast', 'anycast', 'multicast'] as const
  return names.find((name) => routeTypes[name] === number)
}

function hopsIn(attributes: Attributes, onlink: boolean): ReturnType<typeof decodeHops> {
  const several = attributes.get(rta.multipath)
  if (several !== undefined) return decodeHops(several)
  const index = readU32(attributes, rta.outputInterface)
  return { hops: index === undefined ? [] : [{ ...gatewayIn(attributes), index, onlink }], unknown: [] }
}

function preferenceOf(number: number | undefined): Pick<Route, 'preference'> {
  if (number === preferences.high) return { preference: 'high' }
  return number === preferences.low ? { preference: 'low' } : {}
}

/** Reads struct rta_cacheinfo. */
function expiry(info: Uint8Array | undefined): Pick<Route, 'expiresSeconds'> {
  const ticks = info === undefined ? 0 : i32At(info, 8)
  return ticks === 0 ? {} : { expiresSeconds: Math.max(0, Math.floor(ticks / ticksPerSecond)) }
}

function namesOf(types: readonly number[]): readonly string[] {
  return [...new Set(types.map((type) => unknownNames[type] ?? `attribute ${type}`))]
}

function routeRequest(type: number, extraFlags: number, route: IndexedRoute): Request | undefined {
  const { metric, furtherHops = [], table = tables.main, metrics = {}, preference, expiresSeconds } = route
  const prefix = prefixToBytes(route.destination)
  const source = route.source === undefined ? new Uint8Array(0) : addressToBytes(route.source)
  const from = prefixToBytes(route.from ?? '::/0')
  const inet6 = prefix?.bytes.length === 16
  const gateway = gatewayAttributes(route.gateway, inet6)
  const several = encodeHops(rta.multipath, [route, ...furtherHops], inet6)
  const wanted = encodeMetrics(rta.metrics, metrics)
  if (prefix === undefined || source === undefined || from === undefined) return undefined
  if (gateway === undefined || several === undefined || wanted === undefined) return undefined
  const isSingle = furtherHops.length === 0
  const attributes = [
    bytes(rta.destination, prefix.bytes),
    ...(isSingle ? [u32(rta.outputInterface, route.index), ...gateway] : [several]),
    ...(from.length === 0 ? [] : [bytes(rta.from, from.bytes)]),
    ...(source.length === 0 ? [] : [bytes(rta.source, source)]),
    ...(metric === 0 ? [] : [u32(rta.priority, metric)]),
    ...(Object.keys(metrics).length === 0 ? [] : [wanted]),
    ...(preference === undefined ? [] : [bytes(rta.preference, Uint8Array.of(preferences[preference]))]),
    ...(expiresSeconds === undefined ? [] : [u32(rtaExpires, expiresSeconds)]),
    ...(route.table === undefined ? [] : [u32(rta.table, table)]),
  ]
  const head = header({
    family: inet6 ? families.inet6 : families.inet,
    destinationLength: prefix.length,
    sourceLength: from.length,
    tos: route.tos ?? 0,
    table: byteOf(table),
    protocol: numberOf(routeProtocols, route.protocol),
    scope: numberOf(scopes, route.scope),
    type: routeTypes[route.type ?? 'unicast'],
    flags: isSingle && route.onlink ? onlinkFlag : 0,
  })
  return { type, flags: flags.request | extraFlags, body: encodeAttributes(attributes, head) }
}

/** A table's number in the header, where it has one byte, which not every number fits into. */
export function byteOf(table: number): number {
  return table > 255 ? tables.compat : table
}

/** struct rtmsg */
export function header(fields: {
  readonly family: number
  readonly destinationLength?: number
  readonly sourceLength?: number
  readonly tos?: number
  readonly table?: number
  readonly protocol?: number
  readonly scope?: number
  readonly type?: number
  readonly flags?: number
}): Uint8Array {
  const buffer = new Uint8Array(headerLength)
  const { family, destinationLength = 0, sourceLength = 0, tos = 0 } = fields
  const { table = 0, protocol = 0, scope = 0, type = 0 } = fields
  buffer.set([family, destinationLength, sourceLength, tos, table, protocol, scope, type])
  putU32(buffer, 8, fields.flags ?? 0)
  return buffer
}
