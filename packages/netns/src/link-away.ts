import {
  type Address,
  belongingsOf,
  changeReversibly,
  hopsOf,
  inodeOf,
  isGone,
  isLinkLocal,
  type KernelError,
  type Link,
  type Netns,
  operationError,
} from '@vpc-bridge/kernel'
import type { RecordUndo, Reverted, Step, Undone } from '@vpc-bridge/step'
import { err, errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { furnish, secondsNow } from './furnish.ts'
import { type HomeRecord, parseHomeRecord, piecesOf, type Written, writeHomeRecord } from './home-record.ts'
import { addressGenerationOf, settingsOf } from './link-settings.ts'
import { isNoNetns } from './within.ts'

/** An existing link to have in another namespace. */
export interface LinkAway {
  readonly name: string
  /** Path of the namespace, such as `/run/netns/blue`. */
  readonly netns: string
}

/** Whether a link has come to its namespace as a {@link linkAway}. */
export function isAway(link: Link): boolean {
  return parseHomeRecord(link) !== undefined
}

/** Whether a link has come to its namespace as a {@link linkAway} from that one. */
export function isAwayFrom(home: Netns, link: Link): boolean {
  return parseHomeRecord(link)?.home === inodeOf(home)
}

/**
 * A link of this namespace in another one, up, with its addresses, the routes of all tables by it, and its permanent
 * neighbours, as they were. What it was like at home is kept in its alias, and what that has no room for in alternative names
 * of the link. Both go with it: so nothing is lost if the process is killed half-way, and another process can bring it home.
 *
 * Reverting brings it home: with the addresses, routes, neighbours, settings and MTU that it had there, up or down as it was.
 * What the kernel deletes in time is given what is left of it. ENODEV when the link is in neither namespace; EOPNOTSUPP when
 * something of it cannot be moved; E2BIG when there is too much to remember, as on a kernel without alternative names (before
 * Linux 5.5) soon is.
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
        const record = parseHomeRecord(there)
        if (there === undefined) return errAsync(moveError(home, name, netns, 'ENODEV', `no link is named ${name}`))
        // Somebody else has put it there, as it is.
        if (record === undefined || record.arrived) return ok()
        const { mtu: _, ...furniture } = record
        const addresses = record.addresses.filter((address) => !isLinkLocal(address))
        yield* furnish(away, there, { ...furniture, up: true, addresses, settings: [] }, undo)
        const { alias } = yield* written(home, away.path, name, { ...record, arrived: true })
        return changeAlias(away, name, alias, there.alias ?? '', undo)
      }),
    revert: (home) =>
      safeTry<Reverted, KernelError>(async function* () {
        const away = yield* optional(home.open(netns))
        const link = yield* away === undefined ? okAsync(undefined) : away.link(name)
        // Half-way home, or what the kernel has brought home when the namespace went.
        if (away === undefined || link === undefined || !isAway(link)) return comeHome(home, name)
        yield* away.change({ do: 'move link', name: link.name, netns: home.path })
        return comeHome(home, name)
      }),
  }
}

function optional(netns: ResultAsync<Netns, KernelError>): ResultAsync<Netns | undefined, KernelError> {
  return netns.orElse((error) => (isNoNetns(error) ? okAsync(undefined) : errAsync(error)))
}

/** Gives a link that has come home what it had. Its record goes last; pieces without an alias are no record. */
function comeHome(home: Netns, name: string): ResultAsync<Reverted, KernelError> {
  return safeTry<Reverted, KernelError>(async function* () {
    const link = yield* home.link(name)
    if (link === undefined) return ok<Reverted>('absent')
    const record = parseHomeRecord(link)
    if (record !== undefined) {
      yield* furnish(home, link, record, () => {})
      yield* home.change({ do: 'set link', name: link.name, set: { alias: record.alias } })
    }
    for (const altName of piecesOf(link)) {
      yield* home
        .change({ do: 'delete altname', name: link.name, altName })
        .orElse((error) => (isGone(error) ? okAsync() : errAsync(error)))
    }
    return ok<Reverted>(record === undefined ? 'absent' : 'removed')
  })
}

function move(home: Netns, away: Netns, link: Link, undo: RecordUndo<KernelError>): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    const { name } = link
    const record = { ...(parseHomeRecord(link) ?? (yield* observe(home, link, away.path))), arrived: false }
    const { alias, altNames } = yield* written(home, away.path, name, record)
    yield* changePieces(home, link, altNames, undo).mapErr((error) =>
      error.errno === 'EOPNOTSUPP' ? tooMuch(home, name, away.path) : error,
    )
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

/** The texts of a record, for which there must be room. */
function written(home: Netns, away: string, name: string, record: HomeRecord): ResultAsync<Written, KernelError> {
  const texts = writeHomeRecord(record, name)
  return texts === undefined ? errAsync(tooMuch(home, name, away)) : okAsync(texts)
}

function tooMuch(home: Netns, name: string, away: string): KernelError {
  const message = `${name} has more addresses and routes than its alias and its alternative names have room to remember`
  return moveError(home, name, away, 'E2BIG', message)
}

/** Gives a link the pieces of a record, in the place of those that were left over. */
function changePieces(
  netns: Netns,
  link: Link,
  wanted: readonly string[],
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    const { name } = link
    const there = piecesOf(link)
    const change = (verb: 'add' | 'delete', altName: string) => ({ do: `${verb} altname`, name, altName }) as const
    for (const each of there.filter((altName) => !wanted.includes(altName))) {
      yield* changeReversibly(netns, change('delete', each), change('add', each), undo)
    }
    for (const each of wanted.filter((altName) => !there.includes(altName))) {
      yield* changeReversibly(netns, change('add', each), change('delete', each), undo)
    }
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
function observe(home: Netns, { name, up, mtu, alias = '' }: Link, away: string): ResultAsync<HomeRecord, KernelError> {
  return safeTry<HomeRecord, KernelError>(async function* () {
    const { addresses, routes, neighbours } = yield* belongingsOf(home, name)
    for (const route of routes) {
      const other = hopsOf(route).find(({ dev }) => dev !== name)?.dev
      if (other === undefined) continue
      const message = `the route ${route.destination} goes by ${name} and by ${other}, which is not moved: delete it, or let it go by one of them`
      return err(moveError(home, name, away, 'EOPNOTSUPP', message))
    }
    const isLimited = [...addresses, ...routes].some(
      (each) => 'validSeconds' in each || 'preferredSeconds' in each || 'expiresSeconds' in each,
    )
    const since = isLimited ? { since: secondsNow() } : {}
    return ok({
      home: inodeOf(home),
      arrived: false,
      up,
      mtu,
      alias,
      ...since,
      addresses: [...addresses, ...(yield* linkLocalByHand(home, name))],
      routes,
      neighbours,
      settings: yield* settingsOf(home, name),
    })
  })
}

/** The link-local addresses of a link that the kernel gives none. */
function linkLocalByHand(netns: Netns, name: string): ResultAsync<readonly Address[], KernelError> {
  return addressGenerationOf(netns, name).andThen((mode) =>
    mode === '1' ? netns.addresses(name).map((addresses) => addresses.filter(isLinkLocal)) : okAsync([]),
  )
}

function moveError(home: Netns, name: string, netns: string, errno: string, message: string): KernelError {
  return operationError({ do: 'move link', name, netns }, home.path, errno, message)
}
