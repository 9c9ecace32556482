import {
  actionWords,
  type DriverOperation,
  isUpper,
  type LinkSettings,
  type Neighbour,
  type NetworkOperation,
  type NewLink,
  type NewTap,
  type NewUpper,
  type Rule,
} from '@vpc-bridge/kernel'
import { addressWords, newAddressWords } from './address-words.ts'
import { exactRouteWords, newRouteWords, rejectRouteWords } from './route-words.ts'
import { newUpperWords } from './upper-words.ts'

/**
 * The command that equals an operation: what this driver runs, and what a person can paste.
 *
 * A setting is shown as `sysctl -w`; the driver itself writes it through procfs, since not every host has sysctl(8).
 *
 * @param operation the change
 * @param netns path of the network namespace; absent: the one that the command is started in.
 * Namespaces of ip-netns(8), in /run/netns, are entered by `ip -n NAME`, all others by `nsenter --net=PATH`.
 * @returns the program and its arguments
 * @see ip(8), ip-link(8), ip-address(8), ip-route(8), ip-rule(8), ip-neighbour(8), sysctl(8), nsenter(1)
 */
export function commandOf(operation: DriverOperation, netns?: string): readonly string[] {
  const name = netns === undefined ? undefined : /^(?:\/var)?\/run\/netns\/([^/]+)$/.exec(netns)?.[1]
  const enter = netns === undefined ? [] : ['nsenter', `--net=${netns}`, '--']
  if (operation.do === 'write sysctl') {
    // Slashes, unlike dots, cannot be mistaken for those in the names of links such as `eth0.5`.
    const sysctl = ['sysctl', '-w', `${operation.path}=${operation.value}`]
    return name === undefined ? [...enter, ...sysctl] : ['ip', 'netns', 'exec', name, ...sysctl]
  }
  const change = changeOf(operation)
  return name === undefined ? [...enter, 'ip', ...change] : ['ip', '-n', name, ...change]
}

function changeOf(operation: NetworkOperation): readonly string[] {
  switch (operation.do) {
    case 'add link':
      return newLinkWords(operation.link)
    case 'set link':
      return ['link', 'set', 'dev', operation.name, ...settings(operation.set)]
    case 'delete link':
      return ['link', 'delete', 'dev', operation.name]
    case 'rename link':
      return ['link', 'set', 'dev', operation.name, 'name', operation.to]
    case 'move link': {
      const { name, netns, as } = operation
      return ['link', 'set', 'dev', name, 'netns', netns, ...(as === undefined ? [] : ['name', as])]
    }
    case 'add altname':
      return ['link', 'property', 'add', 'dev', operation.name, 'altname', operation.altName]
    case 'delete altname':
      return ['link', 'property', 'del', 'dev', operation.name, 'altname', operation.altName]
    case 'add address':
      return ['address', 'add', ...newAddressWords(operation.address)]
    case 'delete address':
      return ['address', 'delete', ...addressWords(operation.address)]
    case 'add route':
      return ['route', 'add', ...newRouteWords(operation.route)]
    case 'set route':
      return ['route', 'replace', ...newRouteWords(operation.route)]
    case 'delete route':
      return ['route', 'delete', ...exactRouteWords(operation.route)]
    case 'add reject route':
      return ['route', 'add', ...rejectRouteWords(operation.route)]
    case 'delete reject route':
      return ['route', 'delete', ...rejectRouteWords(operation.route)]
    case 'add rule':
      return [...ruleObject(operation.rule), 'add', ...rule(operation.rule)]
    case 'delete rule':
      return [...ruleObject(operation.rule), 'delete', ...rule(operation.rule)]
    case 'set neighbour':
      return ['neighbour', 'replace', ...neighbour(operation.neighbour), 'nud', 'permanent']
    case 'delete neighbour':
      return ['neighbour', 'delete', operation.neighbour.address, 'dev', operation.neighbour.dev]
  }
}

function newLinkWords(link: NewLink): readonly string[] {
  if (link.kind === 'tap') return newTap(link)
  return ['link', 'add', ...(isUpper(link) ? newUpperWords(link) : newLink(link))]
}

/** @see ip-tuntap(8) */
function newTap({ name, owner, group }: NewTap): readonly string[] {
  const ofGroup = group === undefined ? [] : ['group', String(group)]
  return ['tuntap', 'add', 'dev', name, 'mode', 'tap', 'user', String(owner), ...ofGroup, 'vnet_hdr']
}

/** `name` goes before the name, so that a link can be called `up`. */
function newLink(link: Exclude<NewLink, NewTap | NewUpper>): readonly string[] {
  return [
    ...['name', link.name],
    ...(link.mtu === undefined ? [] : ['mtu', String(link.mtu)]),
    ...(link.mac === undefined ? [] : ['address', link.mac]),
    ...(link.master === undefined ? [] : ['master', link.master]),
    ...(link.up ? ['up'] : []),
    ...['type', link.kind],
    ...(link.kind === 'veth' ? ['peer', ...newPeer(link.peer)] : []),
  ]
}

function newPeer({ name, netns, mac, mtu }: Extract<NewLink, { kind: 'veth' }>['peer']): readonly string[] {
  return [
    ...['name', name],
    ...(netns === undefined ? [] : ['netns', netns]),
    ...(mtu === undefined ? [] : ['mtu', String(mtu)]),
    ...(mac === undefined ? [] : ['address', mac]),
  ]
}

function settings({ up, mac, mtu, master, alias }: LinkSettings): readonly string[] {
  return [
    ...(mtu === undefined ? [] : ['mtu', String(mtu)]),
    ...(mac === undefined ? [] : ['address', mac]),
    ...(master === undefined ? [] : master === null ? ['nomaster'] : ['master', master]),
    ...(alias === undefined ? [] : ['alias', alias]),
    ...(up === undefined ? [] : [up ? 'up' : 'down']),
  ]
}

/** Rules are of IPv4, if nothing says otherwise. */
function ruleObject({ family }: Rule): readonly string[] {
  return family === 'inet6' ? ['-6', 'rule'] : ['rule']
}

function rule({ priority, from, to, action }: Rule): readonly string[] {
  const destination = to === undefined ? [] : ['to', to]
  return ['priority', String(priority), 'from', from ?? 'all', ...destination, ...actionWords(action)]
}

function neighbour({ address, mac, dev }: Neighbour): readonly string[] {
  return [address, 'lladdr', mac, 'dev', dev]
}
