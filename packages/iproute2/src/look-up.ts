import {
  type Address,
  type Family,
  hopsOf,
  type Link,
  type LinkQuery,
  type ListedRule,
  type Neighbour,
  type NeighbourEntry,
  type RejectRoute,
  type Route,
  type RouteQuery,
} from '@vpc-bridge/kernel'
import { addressToBytes, bytesToAddress } from '@vpc-bridge/kernel/ip'
import { errAsync, okAsync, type Result, ResultAsync } from 'neverthrow'
import type { Failure } from './failure.ts'
import { readAddresses } from './read/addresses.ts'
import { completeLink, type LinkEntry, namesNeeded, readLinks } from './read/links.ts'
import { readMetrics } from './read/metrics.ts'
import { readNeighbour, readNeighbours } from './read/neighbours.ts'
import { hasMetrics, readRejectRoutes, readRoutes } from './read/routes.ts'
import { readRules } from './read/rules.ts'
import type { Run } from './run.ts'

/*
 * The look-ups of the port, by programs that are run in the namespace.
 */

/** The link of that primary or alternative name, as `ip` shows it. */
export function linkEntryOf(run: Run, name: string): ResultAsync<LinkEntry | undefined, Failure> {
  return show(run, ['-details', 'link', 'show', 'dev', name], readLinks)
    .map(([entry]) => entry)
    .orElse((failure) => (failure.errno === 'ENODEV' ? okAsync(undefined) : errAsync(failure)))
}

export function linkOf(run: Run, name: string): ResultAsync<Link | undefined, Failure> {
  return linkEntryOf(run, name).andThen((entry) =>
    entry === undefined ? okAsync(undefined) : complete(run, [entry]).map(([link]) => link),
  )
}

export function linksOf(run: Run, { master, limit }: LinkQuery): ResultAsync<readonly Link[], Failure> {
  const ports = master === undefined ? [] : ['master', master]
  return show(run, ['-details', 'link', 'show', ...ports], readLinks).andThen((entries) =>
    complete(run, entries.slice(0, limit)),
  )
}

export function addressesOf(run: Run, dev?: string): ResultAsync<readonly Address[], Failure> {
  return show(run, ['address', 'show', ...(dev === undefined ? [] : ['dev', dev])], readAddresses)
}

export function routesOf(run: Run, query: RouteQuery): ResultAsync<readonly Route[], Failure> {
  const { family, destination, dev, tables = 'main' } = query
  const exact = destination === undefined ? [] : ['exact', destination]
  // Of tables that have names their numbers are wanted; then everything is told by number.
  const numeric = tables === 'main' ? [] : ['-N']
  const wanted = [versions[family], ...numeric, '-details', 'route', 'show', 'table', String(tables), ...exact]
  const shown = run(['ip', '-json', ...wanted])
    .andThen((output) =>
      (hasMetrics(output) ? run(['ip', ...wanted]).map(readMetrics) : okAsync([])).andThen((metrics) =>
        readRoutes(output, family, metrics).mapErr(unexpected),
      ),
    )
    .map((routes) =>
      typeof tables === 'number' ? routes.map((route): Route => ({ ...route, table: tables })) : routes,
    )
    .orElse((failure) => (typeof tables === 'number' && failure.errno === noTable ? okAsync([]) : errAsync(failure)))
  if (dev === undefined) return shown
  // Of one link, `ip` shows only those without a next hop by another.
  const name = show(run, ['link', 'show', 'dev', dev], readLinks).map(([link]) => link?.name ?? dev)
  return ResultAsync.combine([name, shown]).map(([primary, routes]) =>
    routes.filter((route) => hopsOf(route).some((hop) => hop.dev === primary)),
  )
}

export function rejectRoutesOf(run: Run, family: Family): ResultAsync<readonly RejectRoute[], Failure> {
  const wanted = [versions[family], '-N', '-details', 'route', 'show', 'table', 'all']
  return show(run, wanted, (output) => readRejectRoutes(output, family))
}

const versions = { inet: '-4', inet6: '-6' } as const

/** Of a table that nobody has made. */
const noTable = 'ESRCH'

export function rulesOf(run: Run, family: Family): ResultAsync<readonly ListedRule[], Failure> {
  return show(run, [versions[family], '-N', 'rule', 'show'], (output) => readRules(output, family)).orElse((failure) =>
    noPolicy.includes(failure.errno) ? okAsync([]) : errAsync(failure),
  )
}

/** Of a kernel without routing policy, or without that version of IP. */
const noPolicy = ['EOPNOTSUPP', 'EAFNOSUPPORT']

export function neighboursOf(run: Run, dev?: string): ResultAsync<readonly Neighbour[], Failure> {
  return ofLink(run, dev, ['neighbour', 'show', 'nud', 'permanent'], readNeighbours)
}

export function neighbourOf(run: Run, dev: string, address: string): ResultAsync<NeighbourEntry | undefined, Failure> {
  const bytes = addressToBytes(address)
  if (bytes === undefined) return errAsync({ errno: 'EINVAL', message: `${JSON.stringify(address)} is no address` })
  const wanted = bytesToAddress(bytes)
  return ofLink(run, dev, ['neighbour', 'show', 'to', wanted, 'nud', 'all'], (output, name = dev) =>
    readNeighbour(output, wanted, name),
  )
}

/** Shows what belongs to one link. `ip` then leaves out the name of the link, which is to be the primary one. */
function ofLink<T>(
  run: Run,
  dev: string | undefined,
  args: readonly string[],
  read: (output: string, dev?: string) => Result<T, string>,
): ResultAsync<T, Failure> {
  if (dev === undefined) return show(run, args, (output) => read(output))
  const name = show(run, ['link', 'show', 'dev', dev], readLinks)
  const output = run(['ip', '-json', ...args, 'dev', dev])
  return ResultAsync.combine([name, output]).andThen(([[link], shown]) =>
    read(shown, link?.name ?? dev).mapErr(unexpected),
  )
}

function show<T>(
  run: Run,
  args: readonly string[],
  read: (output: string) => Result<T, string>,
): ResultAsync<T, Failure> {
  return run(['ip', '-json', ...args]).andThen((output) => read(output).mapErr(unexpected))
}

function unexpected(message: string): Failure {
  return { errno: 'EPROTO', message }
}

/** Looks up the indexes of those links that `ip` names without showing them. */
function complete(run: Run, entries: readonly LinkEntry[]): ResultAsync<readonly Link[], Failure> {
  const known = indexesByName(entries)
  const missing = namesNeeded(entries).filter((name) => !known.has(name))
  const [only] = missing
  const others =
    only === undefined
      ? okAsync([])
      : missing.length === 1
        ? linkEntryOf(run, only).map((entry) => (entry === undefined ? [] : [entry]))
        : show(run, ['link', 'show'], readLinks)
  return others.map((found) => {
    const indexes = new Map([...indexesByName(found), ...known])
    return entries.map((entry) => completeLink(entry, indexes))
  })
}

function indexesByName(entries: readonly LinkEntry[]): ReadonlyMap<string, number> {
  return new Map(entries.map(({ name, index }) => [name, index]))
}
