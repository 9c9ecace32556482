import {
  type Address,
  changeReversibly,
  hopsOf,
  inodeOf,
  isLinkLocal,
  type KernelError,
  type Link,
  linkConfigurationOf,
  type Netns,
  operationError,
} from '@vpc-bridge/kernel'
import type { RecordUndo, Undone } from '@vpc-bridge/step'
import { err, errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { furnish, secondsNow } from './furnish.ts'
import { type HomeRecord, parseHomeRecord, piecesOf, type Written, writeHomeRecord } from './home-record.ts'
import { addressGenerationOf, settingsOf } from './link-settings.ts'

/** How a link is to arrive in another namespace. */
export interface Arrival {
  /** Its name there; absent: the one that it has. */
  readonly as?: string
  /** Whether nothing is left to be done when it is there. */
  readonly isDone?: boolean
}

/** Moves a link to another namespace, with a record of what it has here. */
export function moveAway(
  home: Netns,
  away: Netns,
  link: Link,
  { as, isDone = false }: Arrival,
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    const { name } = link
    const known = parseHomeRecord(link) ?? (yield* observe(home, link, away.path))
    const record = { ...known, arrived: isDone, ...(as === undefined ? {} : { name: known.name ?? name }) }
    const { alias, altNames } = yield* written(home, away.path, name, record)
    yield* changePieces(home, link, altNames, undo).mapErr((error) =>
      error.errno === 'EOPNOTSUPP' ? tooMuch(home, name, away.path) : error,
    )
    yield* changeAlias(home, name, alias, link.alias ?? '', undo)
    const move = (to: Netns, called: string, further: string | undefined) =>
      ({ do: 'move link', name: called, netns: to.path, ...(further === undefined ? {} : { as: further }) }) as const
    yield* home.change(move(away, name, as))
    undo({
      what: `move link: link ${name}`,
      run: () =>
        away
          .change(move(home, as ?? name, as === undefined ? undefined : name))
          .andThen(() => home.link(name))
          .andThen((found) => furnish(home, found ?? link, record, () => {}))
          .map((): Undone => 'undone'),
    })
    return ok()
  })
}

/** The texts of a record, for which there must be room. */
export function written(
  home: Netns,
  away: string,
  name: string,
  record: HomeRecord,
): ResultAsync<Written, KernelError> {
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

export function changeAlias(
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
    const { addresses, routes, neighbours } = yield* linkConfigurationOf(home, name)
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

export function moveError(home: Netns, name: string, netns: string, errno: string, message: string): KernelError {
  return operationError({ do: 'move link', name, netns }, home.path, errno, message)
}
