import type { State } from '../read-state.ts'
import type { Shown } from '../state-facts.ts'
import { flagsOf, type Line, line, option } from './command-line.ts'

/** A link, and the namespace it is in. */
interface Located {
  readonly netns: string
  readonly link: Shown
}

/** States by the names of their namespaces. */
export type States = Readonly<Record<string, State>>

function linksOf(states: States): readonly Located[] {
  return Object.entries(states).flatMap(([netns, { links }]) => links.map((link) => ({ netns, link })))
}

function isSame(one: Located, other: Located): boolean {
  return one.netns === other.netns && one.link['ifname'] === other.link['ifname']
}

/** Moves links, makes links, and gives them all their names and masters. Whether they are up comes later. */
export function linkLines(before: States, after: States): readonly Line[] {
  const [earlier, later] = [linksOf(before), linksOf(after)]
  const appeared = later.filter((each) => !earlier.some((other) => isSame(each, other)))
  const vanished = earlier.filter((each) => !later.some((other) => isSame(each, other)))
  const originOf = ({ link }: Located) =>
    vanished.find((other) => ['ifname', 'address', 'link_index'].every((key) => other.link[key] === link[key]))
  const created = appeared.filter((each) => originOf(each) === undefined)
  const formerOf = (each: Located) => earlier.find((other) => isSame(each, other)) ?? originOf(each)
  return [
    ...appeared.flatMap((each) => {
      const origin = originOf(each)
      return origin === undefined
        ? []
        : [line(origin.netns, 'ip', 'link', 'set', 'dev', each.link['ifname'], 'netns', `{${each.netns}}`)]
    }),
    ...created.flatMap((each) => creation(each, created)),
    // In the order in which they became ports: each has a number.
    ...later
      .toSorted((one, other) => portNumber(one) - portNumber(other))
      .flatMap((each) => changes(formerOf(each), each)),
  ]
}

function creation({ netns, link }: Located, created: readonly Located[]): readonly Line[] {
  const { kind, ifname, link_index } = link
  if (kind === 'tun') return [tapLine(netns, link), line(netns, 'ip', 'link', 'set', 'dev', ...properties(link))]
  const add = ['ip', 'link', 'add', 'name', ...properties(link), 'index', link['ifindex'], 'type', kind]
  if (kind !== 'veth') return [line(netns, ...add)]
  const peer = created.find(
    (each) => each.link['ifindex'] === link_index && each.link['link_index'] === link['ifindex'],
  )
  if (peer === undefined) throw new Error(`the peer of ${ifname} in ${netns} is not recorded`)
  // Once a pair: with the first of both.
  if (created.findIndex((each) => isSame(each, peer)) < created.findIndex((each) => isSame(each, { netns, link })))
    return []
  const other = ['peer', 'name', ...properties(peer.link), 'index', peer.link['ifindex'], 'netns', `{${peer.netns}}`]
  return [line(netns, ...add, ...other)]
}

function properties({ ifname, address, mtu }: Shown): readonly unknown[] {
  return [ifname, 'address', address, 'mtu', mtu]
}

function tapLine(netns: string, { ifname, info_data }: Shown): Line {
  const { type, user, vnet_hdr } = Object(info_data)
  const headers = vnet_hdr === true ? ['vnet_hdr'] : []
  return line(netns, 'ip', 'tuntap', 'add', 'dev', ifname, 'mode', type, ...option('user', user), ...headers)
}

/** Everything of a link that is set once it exists. */
function changes(former: Located | undefined, { netns, link }: Located): readonly Line[] {
  const { ifname, master, ifalias, mtu } = link
  const differs = (key: string) => former?.link[key] !== link[key]
  const set = [
    ...(former !== undefined && differs('mtu') ? ['mtu', mtu] : []),
    ...(differs('ifalias') ? ['alias', ifalias ?? ''] : []),
    ...(differs('master') ? (master === undefined ? ['nomaster'] : ['master', master]) : []),
  ]
  const names = Array.isArray(link['altnames']) ? link['altnames'] : []
  return [
    ...(set.length === 0 ? [] : [line(netns, 'ip', 'link', 'set', 'dev', ifname, ...set)]),
    ...(JSON.stringify(former?.link['altnames']) === JSON.stringify(link['altnames'])
      ? []
      : names.map((name) => line(netns, 'ip', 'link', 'property', 'add', 'dev', ifname, 'altname', name))),
  ]
}

function portNumber({ link }: Located): number {
  const { no } = Object(link['info_slave_data'])
  return no === undefined ? 0 : Number(no)
}

/** Links that came up, or were set to be: a link that was moved is down. */
export function activationLines(netns: string, before: State, after: State): readonly Line[] {
  const isUp = (state: State, name: unknown) =>
    state.links.some((link) => link['ifname'] === name && flagsOf(link).includes('UP'))
  return after.links
    .map(({ ifname }) => ifname)
    .filter((name) => isUp(after, name) !== isUp(before, name))
    .map((name) => line(netns, 'ip', 'link', 'set', 'dev', name, isUp(after, name) ? 'up' : 'down'))
}
