/**
 * What a link that is away must have when it comes home, as a text in its alias:
 *
 * `home of=4026531840 arrived=1 up=1 set=0,0,1,0,0 at=192.168.1.42/24|192.168.1.255 via=0.0.0.0/0|192.168.1.1`
 *
 * Its keys are short, since room is scarce: addresses are `at`, routes `via`, permanent neighbours `near`. The earlier alias
 * comes last, percent-encoded.
 *
 * What an alias has no room for is in alternative names of the link, in pieces; the alias then says how many there are:
 * `home of=4026531840 arrived=1 up=1 more=2`. Those go with the link, too, and need no file. Only there can anything of any
 * length be kept: a link has as many of them as it is given.
 */

import type { Link } from '@vpc-bridge/kernel'
import { utf8Length } from '@vpc-bridge/runtime'
import {
  parseAddress,
  parseNeighbour,
  parseRoute,
  type RecordedAddress,
  type RecordedNeighbour,
  type RecordedRoute,
  writeAddress,
  writeNeighbour,
  writeRoute,
} from './record-fields.ts'

/** What a link was like at home. */
export interface HomeRecord {
  /** What identifies the namespace that is its home: its inode number. */
  readonly home: string
  /** The name that it has there, if it has another one where it is. */
  readonly name?: string
  /** Whether it has been given, where it is, what it had: from then on that is for others to change. */
  readonly arrived: boolean
  readonly up: boolean
  readonly alias: string
  /** When that was, in seconds since 1970; earlier records do not tell. Lifetimes and expiries are from then on. */
  readonly since?: number
  /** In bytes; earlier records do not tell. */
  readonly mtu?: number
  readonly addresses: readonly RecordedAddress[]
  /** Those that were made by hand, or by a program. */
  readonly routes: readonly RecordedRoute[]
  /** The permanent ones. */
  readonly neighbours: readonly RecordedNeighbour[]
  /** Values; empty for those that were usual, or that the kernel did not have. */
  readonly settings: readonly string[]
}

/** Where a record is kept. */
export type Written = Pick<Link, 'altNames'> & { readonly alias: string }

const mark = 'home'
/** In bytes (IFALIASZ and ALTIFNAMSIZ less the terminator). */
const longestAlias = 255
const longestAltName = 127
/** More than that, and the kernel could not tell them in one message about the link. */
const mostAltNames = 256

/**
 * Makes the texts of a record.
 *
 * @param name of the link: no two links of a namespace have an alternative name in common
 * @returns `undefined` when there is no room for it
 */
export function writeHomeRecord(record: HomeRecord, name: string): Written | undefined {
  const { home, name: nameAtHome, arrived, up, alias, since, mtu, addresses, routes, neighbours, settings } = record
  const head = `${mark} of=${home} arrived=${arrived ? 1 : 0} up=${up ? 1 : 0}`
  const body = [
    ...(nameAtHome === undefined ? [] : [`name=${encodeURIComponent(nameAtHome)}`]),
    `set=${settings.join(',')}`,
    `at=${addresses.map(writeAddress).join(',')}`,
    `via=${routes.map(writeRoute).join(',')}`,
    // Hardly ever there are any.
    ...(neighbours.length === 0 ? [] : [`near=${neighbours.map(writeNeighbour).join(',')}`]),
    ...(mtu === undefined ? [] : [`mtu=${mtu}`]),
    ...(since === undefined ? [] : [`since=${since}`]),
    ...(alias === '' ? [] : [`alias=${encodeURIComponent(alias)}`]),
  ].join(' ')
  const whole = `${head} ${body}`
  if (utf8Length(whole) <= longestAlias) return { alias: whole, altNames: [] }
  const altNames = inPieces(body, name)
  return altNames.length > mostAltNames ? undefined : { alias: `${head} more=${altNames.length}`, altNames }
}

/** Alternative names that make up a text. They have neither spaces nor slashes, which `ip` would not take. */
function inPieces(body: string, name: string): readonly string[] {
  const text = body.replaceAll(' ', '&').replaceAll('/', ';')
  const prefix = (n: number) => `${mark}.${n}.${encodeURIComponent(name)}=`
  const room = longestAltName - prefix(mostAltNames).length
  return Array.from(
    { length: Math.ceil(text.length / room) },
    (_, n) => `${prefix(n + 1)}${text.slice(n * room, (n + 1) * room)}`,
  )
}

/** The number of a piece of a record, and its text; `undefined` for any other alternative name. */
function pieceOf(altName: string): { readonly number: number; readonly text: string } | undefined {
  const [, number, text] = /^home\.(\d+)\.[^=]*=(.*)$/.exec(altName) ?? []
  return number === undefined || text === undefined ? undefined : { number: Number(number), text }
}

/** Alternative names that are pieces of a record. */
export function piecesOf({ altNames }: Pick<Link, 'altNames'>): readonly string[] {
  return altNames.filter((altName) => pieceOf(altName) !== undefined)
}

/** @returns `undefined` when the link has no such record, or not all of it */
export function parseHomeRecord(link: Pick<Link, 'alias' | 'altNames'> | undefined): HomeRecord | undefined {
  const [first, ...entries] = (link?.alias ?? '').split(' ')
  if (link === undefined || first !== mark) return undefined
  const head = valuesOf(entries)
  try {
    return recordOf(head['more'] === undefined ? head : { ...head, ...restOf(link, Number(head['more'])) })
  } catch (error) {
    // What is not percent-encoded is none of ours.
    if (error instanceof URIError) return undefined
    throw error
  }
}

function recordOf(values: Partial<Record<string, string>>): HomeRecord | undefined {
  const { of: home, name, arrived, up, set, at, via, near = '', alias = '', since, mtu } = values
  if (home === undefined || set === undefined || at === undefined || via === undefined) return undefined
  return {
    home,
    ...(name === undefined ? {} : { name: decodeURIComponent(name) }),
    arrived: arrived === '1',
    up: up === '1',
    alias: decodeURIComponent(alias),
    ...(since === undefined ? {} : { since: Number(since) }),
    ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
    addresses: itemsOf(at).map(parseAddress),
    routes: itemsOf(via).map(parseRoute),
    neighbours: itemsOf(near).map(parseNeighbour),
    settings: set === '' ? [] : set.split(','),
  }
}

function valuesOf(entries: readonly string[]): Partial<Record<string, string>> {
  return Object.fromEntries(entries.map((entry) => entry.split('=', 2)))
}

/** What is in pieces, if there are as many as there should be. */
function restOf({ altNames }: Pick<Link, 'altNames'>, count: number): Partial<Record<string, string>> {
  const pieces = altNames.flatMap((altName) => pieceOf(altName) ?? [])
  const text = pieces
    .toSorted((one, other) => one.number - other.number)
    .map((piece) => piece.text)
    .join('')
  return pieces.length === count ? valuesOf(text.replaceAll(';', '/').split('&')) : {}
}

function itemsOf(list: string): readonly (readonly string[])[] {
  return list === '' ? [] : list.split(',').map((item) => item.split('|'))
}
