import {
  type Family,
  type NextHop,
  type RejectRoute,
  type Route,
  type RouteType,
  routeProtocols,
  routeTypes,
  scopes,
} from '@vpc-bridge/kernel'
import { defaultDestination } from '@vpc-bridge/kernel/ip'
import { ok, type Result } from 'neverthrow'
import { type Decoder, integer, list, object, optional, text } from './decode.ts'
import { decodeOutput } from './output.ts'

/**
 * What `ip -json -details route show table main` printed, or with `-N` and `table all`, where names are numbers.
 *
 * Routes by no link are left out, and those of the table `local`.
 *
 * @param metrics of each route, in the same order: `ip -json` prints them without the units and locks
 */
export function readRoutes(
  output: string,
  family: Family,
  metrics: readonly Route['metrics'][] = [],
): Result<readonly Route[], string> {
  return decodeOutput(withoutTunnels(output), routeFields).map((entries) =>
    entries.flatMap((fields, n) => route(fields, family, metrics[n])),
  )
}

/** Reads the routes by no link, but for those that the kernel has by itself, of what `ip -json -N -details route show` printed. */
export function readRejectRoutes(output: string, family: Family): Result<readonly RejectRoute[], string> {
  return decodeOutput(withoutTunnels(output), routeFields).map((entries) =>
    entries.flatMap((fields): readonly RejectRoute[] => {
      const { dst, metric = 0, table = tables.main } = fields
      const type = rejectTypes[Number(fields.type)]
      const protocol = routeProtocols[Number(fields.protocol)] ?? fields.protocol
      if (type === undefined || protocol === 'kernel' || table === tables.local) return []
      const place = table === tables.main ? {} : { table: Number(table) }
      return [{ type, destination: prefix(dst, family), protocol, metric, ...place }]
    }),
  )
}

/** RTN_BLACKHOLE and so on (linux/rtnetlink.h). */
const rejectTypes: Readonly<Partial<Record<number, RejectRoute['type']>>> = {
  6: 'blackhole',
  7: 'unreachable',
  8: 'prohibit',
  9: 'throw',
}

/** `ip` prints the fields of an encapsulation among those of the route, with names that these have, too: `dst`, `tos`. */
function withoutTunnels(output: string): string {
  return output.replace(/("encap":"[^"]*",).*?(?="(?:gateway|via|dev)":)/g, '$1')
}

/** Whether {@link readRoutes} needs the metrics of what was printed. */
export function hasMetrics(output: string): boolean {
  return output.includes('"metrics":')
}

interface HopFields {
  readonly gateway: string | undefined
  readonly via: { readonly host: string } | undefined
  readonly dev: string | undefined
  readonly weight: number | undefined
  readonly flags: readonly string[] | undefined
}

interface RouteFields extends HopFields {
  readonly type: string | undefined
  readonly dst: string
  readonly scope: string | undefined
  readonly protocol: string
  readonly metric: number | undefined
  readonly prefsrc: string | undefined
  readonly table: string | undefined
  readonly tos: string | undefined
  readonly from: string | undefined
  readonly nexthops: readonly Fields<HopFields>[] | undefined
  readonly pref: string | undefined
  readonly expires: number | undefined
}

/** Fields, and the names of others that were there. */
type Fields<T> = T & { readonly others: readonly string[] }

/** linux/rtnetlink.h, as texts. */
const tables = { main: '254', local: '255' } as const

/** What `ip` prints besides, and a route is not given by anybody. */
const states = ['metrics', 'nh_info', 'cache', 'error', 'users', 'age', 'used', 'mark', 'uid']

const hopFields = {
  gateway: optional(text),
  via: optional(object<{ host: string }>({ host: text })),
  dev: optional(text),
  weight: optional(integer),
  flags: optional(list(text)),
} as const

const routeFields = withOthers<RouteFields>({
  ...hopFields,
  type: optional(text),
  dst: text,
  scope: optional(text),
  protocol: text,
  metric: optional(integer),
  prefsrc: optional(text),
  table: optional(text),
  tos: optional(text),
  from: optional(text),
  nexthops: optional(list(withOthers<HopFields>(hopFields))),
  pref: optional(text),
  expires: optional(integer),
})

function withOthers<T>(fields: { readonly [K in keyof T]: Decoder<T[K]> }): Decoder<Fields<T>> {
  const decode = object<T>(fields)
  return (value, at) =>
    decode(value, at).andThen((decoded) =>
      ok({ ...decoded, others: Object.keys(Object(value)).filter((key) => !(key in fields) && !states.includes(key)) }),
    )
}

function route(fields: Fields<RouteFields>, family: Family, metrics: Route['metrics']): readonly Route[] {
  const {
    scope = 'global',
    metric,
    prefsrc,
    protocol,
    table = tables.main,
    tos,
    from,
    pref,
    expires,
    nexthops = [],
  } = fields
  const type = typeOf(fields.type ?? 'unicast')
  const [first, ...further] = fields.dev === undefined ? nexthops.map(hop) : [hop(fields)]
  if (table === tables.local || type === undefined || first === undefined) return []
  if ([first, ...further].some(({ dev }) => dev === '')) return []
  const unknown = [
    ...[fields, ...nexthops].flatMap(({ others }) => others),
    // With a name of its own in /etc/iproute2/rt_dsfield.
    ...(tos === undefined || Number.isInteger(Number(tos)) ? [] : ['tos']),
  ]
  return [
    {
      destination: prefix(fields.dst, family),
      ...(type === 'unicast' ? {} : { type }),
      ...first,
      ...(further.length === 0 ? {} : { furtherHops: further }),
      scope: scopes[Number(scope)] ?? scope,
      protocol: routeProtocols[Number(protocol)] ?? protocol,
      metric: metric ?? 0,
      ...(prefsrc === undefined ? {} : { source: prefsrc }),
      ...(table === tables.main ? {} : { table: Number(table) }),
      ...(tos === undefined || unknown.includes('tos') ? {} : { tos: Number(tos) }),
      ...(from === undefined ? {} : { from: prefix(from, family) }),
      ...(metrics === undefined ? {} : { metrics }),
      ...(pref === 'low' || pref === 'high' ? { preference: pref } : {}),
      ...(expires === undefined ? {} : { expiresSeconds: expires }),
      ...(unknown.length === 0 ? {} : { unknown: [...new Set(unknown)] }),
    },
  ]
}

/** @returns `undefined` when routes of the type have no link */
function typeOf(type: string): RouteType | 'unicast' | undefined {
  const names = ['unicast', 'local', 'broadcast', 'anycast', 'multicast'] as const
  return names.find((name) => name === type || String(routeTypes[name]) === type)
}

function hop({ gateway, via, dev = '', weight, flags = [] }: HopFields): NextHop {
  const next = gateway ?? via?.host
  return {
    ...(next === undefined ? {} : { gateway: next }),
    dev,
    onlink: flags.includes('onlink'),
    ...(weight === undefined || weight === 1 ? {} : { weight }),
  }
}

/** `ip` writes `default` for a length of 0, and no length for a single address. */
function prefix(destination: string, family: Family): string {
  if (destination === 'default') return defaultDestination[family]
  if (destination.includes('/')) return destination
  return `${destination}/${family === 'inet' ? 32 : 128}`
}
