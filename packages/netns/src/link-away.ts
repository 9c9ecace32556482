import {
  belongingsOf,
  changeReversibly,
  giveAddresses,
  inodeOf,
  type KernelError,
  type Link,
  type Neighbour,
  type Netns,
  operationError,
  type Route,
} from '@vpc-bridge/kernel'
import { utf8Length } from '@vpc-bridge/runtime'
import type { RecordUndo, Reverted, Step, Undone } from '@vpc-bridge/step'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { type HomeRecord, longestAlias, parseHomeRecord, writeHomeRecord } from './home-record.ts'
import { isNoNetns } from './within.ts'

/** An existing link to have in another namespace. */
export interface LinkAway {
  readonly name: string
  /** Path of the namespace, such as `/run/netns/blue`. */
  readonly netns: string
}

/** Whether a link has come to its namespace as a {@link linkAway}. */
export function isAway({ alias }: Link): boolean {
  return parseHomeRecord(alias) !== undefined
}

/** Whether a link has come to its namespace as a {@link linkAway} from that one. */
export function isAwayFrom(home: Netns, { alias }: Link): boolean {
  const record = parseHomeRecord(alias)
  return record?.home === inodeOf(home)
}

/**
 * Settings of a link that come home with it; a link starts with those of the namespace that it comes to. Records have them in
 * this order.
 */
const settings = [
  'net/ipv4/conf/*/forwarding',
  'net/ipv6/conf/*/forwarding',
  'net/ipv6/conf/*/accept_ra',
  'net/ipv4/conf/*/rp_filter',
  'net/ipv6/conf/*/disable_ipv6',
] as const

/**
 * A link of this namespace in another one, up, with its addresses, the routes of all tables by it, and its permanent
 * neighbours. What it was like at home is kept in its alias, which goes with it: so nothing is lost if the process is killed
 * half-way, and another process can bring it home.
 *
 * Reverting brings it home: with the addresses, routes, neighbours and settings that it had there, up or down as it was.
 * ENODEV when it is in neither namespace; E2BIG when the alias, of 255 bytes, has no room for all that is to be remembered.
 *
 * @see ip-link(8), network_namespaces(7)
 */
export function linkAway({ name, netns }: LinkAway): Step<Netns, KernelError> {
  return {
    name: `link ${name} in ${netns}`,
    apply: (home, undo) =>
      safeTry<void, KernelError>(async function* () {
        const away = yield* home.open(netns)
        const link = yield* home.link(name)
        if (link !== undefined) yield* move(home, away, link, undo)
        const there = yield* away.link(name)
        const record = parseHomeRecord(there?.alias)
        if (there === undefined) return errAsync(moveError(home, name, netns, 'ENODEV', `no link is named ${name}`))
        // Somebody else has put it there, as it is.
        if (record === undefined || record.arrived) return ok()
        yield* furnish(away, there, { ...record, up: true, settings: [] }, undo)
        return changeAlias(away, name, writeHomeRecord({ ...record, arrived: true }), there.alias ?? '', undo)
      }),
    revert: (home) =>
      safeTry<Reverted, KernelError>(async function* () {
        const away = yield* optional(home.open(netns))
        const link = yield* away === undefined ? okAsync(undefined) : away.link(name)
        // Half-way home, or what the kernel has brought home when the namespace went.
        if (away === undefined || link === undefined || parseHomeRecord(link.alias) === undefined) {
          return comeHome(home, name)
        }
        yield* away.change({ do: 'move link', name: link.name, netns: home.path })
        return comeHome(home, name)
      }),
  }
}

function optional(netns: ResultAsync<Netns, KernelError>): ResultAsync<Netns | undefined, KernelError> {
  return netns.orElse((error) => (isNoNetns(error) ? okAsync(undefined) : errAsync(error)))
}

/** Gives a link that has come home what it had. Its record goes last. */
function comeHome(home: Netns, name: string): ResultAsync<Reverted, KernelError> {
  return safeTry<Reverted, KernelError>(async function* () {
    const link = yield* home.link(name)
    const record = parseHomeRecord(link?.alias)
    if (link === undefined || record === undefined) return ok<Reverted>('absent')
    yield* furnish(home, link, record, () => {})
    yield* home.change({ do: 'set link', name: link.name, set: { alias: record.alias } })
    return ok<Reverted>('removed')
  })
}

function move(home: Netns, away: Netns, link: Link, undo: RecordUndo<KernelError>): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    const record = { ...(parseHomeRecord(link.alias) ?? (yield* observe(home, link))), arrived: false }
    const alias = writeHomeRecord(record)
    if (utf8Length(alias) > longestAlias) {
      const message = `${link.name} has too many addresses and routes to be remembered in its alias`
      return errAsync(moveError(home, link.name, away.path, 'E2BIG', message))
    }
    const { name } = link
    yield* changeAlias(home, name, alias, link.alias ?? '', undo)
    yield* home.change({ do: 'move link', name, netns: away.path })
    undo({
      what: `move link: link ${name}`,
      run: () =>
        away
          .change({ do: 'move link', name, netns: home.path })
          .andThen(() => home.link(name))
          .andThen((found) => furnish(home, found ?? link, record, () => {}))
          .map((): Undone => 'undone'),
    })
    return ok()
  })
}

function changeAlias(
  netns: Netns,
  name: string,
  alias: string,
  before: string,
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  const set = (to: string) => ({ do: 'set link', name, set: { alias: to } }) as const
  return changeReversibly(netns, set(alias), set(before), undo)
}

/** What a link has where it is. */
function observe(netns: Netns, { name, up, alias = '' }: Link): ResultAsync<HomeRecord, KernelError> {
  return safeTry<HomeRecord, KernelError>(async function* () {
    const { addresses, routes, neighbours } = yield* belongingsOf(netns, name)
    const values: string[] = []
    for (const path of settings)
      values.push(
        yield* settingOf(
          netns,
          path.replace('*', () => name),
        ),
      )
    const home = inodeOf(netns)
    return ok({ home, arrived: false, up, alias, addresses, routes, neighbours, settings: values })
  })
}

/** Empty for what the kernel does not have, such as those of IPv6. */
function settingOf(netns: Netns, path: string): ResultAsync<string, KernelError> {
  return netns.sysctl(path).orElse((error) => (error.errno === 'ENOENT' ? okAsync('') : errAsync(error)))
}

function moveError(home: Netns, name: string, netns: string, errno: string, message: string): KernelError {
  return operationError({ do: 'move link', name, netns }, home.path, errno, message)
}

/** Gives a link what it lacks. Down it has no routes. */
function furnish(
  netns: Netns,
  { name, up }: Link,
  record: HomeRecord,
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    for (const [n, value] of record.settings.entries()) {
      const path = settings[n]?.replace('*', () => name)
      if (path === undefined || value === '') continue
      const now = yield* netns.sysctl(path)
      if (now === value) continue
      // Whoever has switched it on for all links since relies on this one, too.
      const isSwitchedOff = path.endsWith('/forwarding') && value === '0'
      if (isSwitchedOff && (yield* netns.sysctl(path.replace(`/${name}/`, () => '/all/'))) !== '0') continue
      const write = (to: string) => ({ do: 'write sysctl', path, value: to }) as const
      yield* changeReversibly(netns, write(value), write(now), undo)
    }
    if (up !== record.up) {
      const set = (to: boolean) => ({ do: 'set link', name, set: { up: to } }) as const
      yield* changeReversibly(netns, set(record.up), set(up), undo)
    }
    yield* giveAddresses(netns, name, record.addresses, undo)
    for (const route of record.routes) {
      const wanted: Route = { ...route, dev: name }
      const family = wanted.destination.includes(':') ? 'inet6' : 'inet'
      const there = yield* netns.routes({ family, destination: wanted.destination, dev: name, tables: 'all' })
      if (there.some(({ metric, table }) => metric === wanted.metric && table === wanted.table)) continue
      yield* changeReversibly(netns, { do: 'add route', route: wanted }, { do: 'delete route', route: wanted }, undo)
    }
    const neighbours = yield* netns.neighbours(name)
    for (const neighbour of record.neighbours) {
      if (neighbours.some((each) => each.address === neighbour.address)) continue
      const wanted: Neighbour = { ...neighbour, dev: name }
      yield* changeReversibly(
        netns,
        { do: 'set neighbour', neighbour: wanted },
        { do: 'delete neighbour', neighbour: wanted },
        undo,
      )
    }
    return ok()
  })
}
