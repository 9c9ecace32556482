import { type Family, type Route, routeProtocols } from '@vpc-bridge/kernel'
import { ok, type Result } from 'neverthrow'
import { type Decoder, integer, list, object, optional, text } from './decode.ts'
import { decodeOutput } from './output.ts'

/**
 * What `ip -json -details route show table main type unicast` printed, or with `-N` and `table all`, where names are numbers.
 *
 * Routes that a {@link Route} cannot describe are left out: those by several links or none, for one type of service or
 * some sources only, to a gateway of the other IP version, or of a scope that is neither global nor link; and those of the
 * table `local`.
 *
 * @param dev name of the link when the output is of one link: `ip` then does not print it
 */
export function readRoutes(output: string, family: Family, dev?: string): Result<readonly Route[], string> {
  return decodeOutput(output, routeFields).map((entries) => entries.flatMap((fields) => route(fields, family, dev)))
}

interface RouteFields {
  readonly dst: string
  readonly gateway: string | undefined
  readonly dev: string | undefined
  readonly flags: readonly string[]
  readonly scope: string
  readonly protocol: string
  readonly metric: number | undefined
  readonly prefsrc: string | undefined
  readonly table: string | undefined
  readonly tos: unknown
  readonly from: unknown
  readonly via: unknown
  readonly nexthops: unknown
}

/** linux/rtnetlink.h, as texts. */
const tables = { main: '254', local: '255' } as const
const scopes: Readonly<Record<string, string>> = { 0: 'global', 253: 'link' }
const anything: Decoder<unknown> = (value) => ok(value)

const routeFields = object<RouteFields>({
  dst: text,
  gateway: optional(text),
  dev: optional(text),
  flags: list(text),
  scope: text,
  protocol: text,
  metric: optional(integer),
  prefsrc: optional(text),
  table: optional(text),
  tos: anything,
  from: anything,
  via: anything,
  nexthops: anything,
})

function route(fields: RouteFields, family: Family, onlyDev: string | undefined): readonly Route[] {
  const { gateway, metric, prefsrc, protocol, table = tables.main } = fields
  const scope = scopes[fields.scope] ?? fields.scope
  const dev = fields.dev ?? onlyDev
  if ([fields.tos, fields.from, fields.via, fields.nexthops].some((field) => field !== undefined)) return []
  if (table === tables.local) return []
  if (dev === undefined || (scope !== 'global' && scope !== 'link')) return []
  return [
    {
      destination: prefix(fields.dst, family),
      ...(gateway === undefined ? {} : { gateway }),
      dev,
      onlink: fields.flags.includes('onlink'),
      scope,
      protocol: routeProtocols[Number(protocol)] ?? protocol,
      metric: metric ?? 0,
      ...(prefsrc === undefined ? {} : { source: prefsrc }),
      ...(table === tables.main ? {} : { table: Number(table) }),
    },
  ]
}

/** `ip` writes `default` for a length of 0, and no length for a single address. */
function prefix(destination: string, family: Family): string {
  if (destination === 'default') return family === 'inet' ? '0.0.0.0/0' : '::/0'
  if (destination.includes('/')) return destination
  return `${destination}/${family === 'inet' ? 32 : 128}`
}
