import { setTimeout as sleep } from 'node:timers/promises'
import { inside, output } from './command.ts'

/**
 * The network configuration of a namespace, as one plain value to compare. Equal states give equal values: what only
 * passes (timers, remaining lifetimes, what was learnt) is left out.
 */
export interface State {
  readonly links: readonly Shown[]
  /** Each with the link it is on, `dev`. */
  readonly addresses: readonly Shown[]
  /** Of all tables. */
  readonly routes: readonly Shown[]
  /** The permanent ones, and those answered for by proxy. */
  readonly neighbours: readonly Shown[]
  /** By path below /proc/sys/net. */
  readonly sysctls: Readonly<Record<string, string>>
}

/** In the words of `ip -json`. */
type Shown = Readonly<Record<string, unknown>>

/** In milliseconds. Detection of duplicate addresses takes about two seconds, the kernel's report of a carrier up to one. */
const timeLimit = 15_000
const pause = 20

/**
 * Reads the configuration of a namespace with `ip` and from /proc, once it has come to rest: carriers, and the addresses
 * and routes that follow from them, change a moment after the links do.
 *
 * @param netns path of the network namespace
 */
export async function captureState(netns: string): Promise<State> {
  const deadline = performance.now() + timeLimit
  let last: string | undefined
  while (performance.now() < deadline) {
    const state = await readState(netns)
    const text = JSON.stringify(state)
    // Once is not enough: it was not read in one moment.
    if (text === last && isAtRest(state)) return state
    last = text
    await sleep(pause)
  }
  throw new Error(`the network configuration of ${netns} does not come to rest: ${last}`)
}

async function readState(netns: string): Promise<State> {
  const ip = async (...args: string[]): Promise<Shown[]> => {
    const json = await output(inside(netns, ['ip', '-json', ...args]))
    return json === '' ? [] : JSON.parse(json).filter((each: Shown) => Object.keys(each).length > 0)
  }
  const [links, addresses, routes4, routes6, permanent, proxies, sysctls] = await Promise.all([
    ip('-details', 'link', 'show'),
    ip('address', 'show'),
    ip('-4', 'route', 'show', 'table', 'all'),
    ip('-6', 'route', 'show', 'table', 'all'),
    ip('neighbour', 'show', 'nud', 'permanent'),
    ip('neighbour', 'show', 'proxy'),
    readSysctls(netns),
  ])
  return {
    links: links.map(linkFacts),
    addresses: addresses.flatMap(addressFacts).toSorted(byText),
    routes: [...routes4, ...routes6].map(withoutLifetimes).toSorted(byText),
    neighbours: [...permanent, ...proxies].toSorted(byText),
    sysctls,
  }
}

/** Whether nothing is on its way: no carrier that the kernel has yet to report, no address that it still tries. */
function isAtRest({ links, addresses }: State): boolean {
  const flagsOf = ({ flags }: Shown): readonly unknown[] => (Array.isArray(flags) ? flags : [])
  const connected = new Set(links.filter((link) => flagsOf(link).includes('LOWER_UP')).map(({ ifname }) => ifname))
  const reported = links.every((link) => {
    const flags = flagsOf(link)
    return !flags.includes('UP') || flags.includes('LOWER_UP') !== flags.includes('NO-CARRIER')
  })
  // Where there is no carrier, and where the address is a duplicate, it stays tentative.
  return reported && !addresses.some((each) => each['tentative'] && !each['dadfailed'] && connected.has(each['dev']))
}

/** What was configured of a link; not what it counts, nor its timers. */
function linkFacts(shown: Shown): Shown {
  const { ifname, ifindex, flags, mtu, address, master, ifalias, altnames, inet6_addr_gen_mode } = shown
  const { promiscuity, allmulti } = shown
  const { info_kind: kind, info_data, info_slave_data } = isShown(shown['linkinfo']) ? shown['linkinfo'] : {}
  return {
    ifname,
    ifindex,
    flags,
    mtu,
    address,
    master,
    ifalias,
    altnames,
    kind,
    inet6_addr_gen_mode,
    promiscuity,
    allmulti,
    info_data: withoutTimers(info_data),
    info_slave_data: withoutTimers(info_slave_data),
  }
}

function isShown(value: unknown): value is Shown {
  return typeof value === 'object' && value !== null
}

/** Settings of a bridge or of a port, without what changes by itself. */
function withoutTimers(settings: unknown): Shown | undefined {
  if (!isShown(settings)) return undefined
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !/_timer$|^fdb_n_learned$/.test(key)))
}

function addressFacts({ ifname, addr_info }: Shown): Shown[] {
  return Array.isArray(addr_info) ? addr_info.map((info: Shown) => ({ dev: ifname, ...withoutLifetimes(info) })) : []
}

/** How `ip` shows a lifetime without end. */
const forever = 2 ** 32 - 1

/** Says of a lifetime only whether there is an end to it. */
function withoutLifetimes(shown: Shown): Shown {
  const lifetimes = ['valid_life_time', 'preferred_life_time', 'expires'].filter((key) => shown[key] !== undefined)
  return {
    ...shown,
    ...Object.fromEntries(lifetimes.map((key) => [key, shown[key] === forever ? 'forever' : 'limited'])),
  }
}

async function readSysctls(netns: string): Promise<Readonly<Record<string, string>>> {
  const directories = ['ipv4/conf', 'ipv4/neigh', 'ipv6/conf', 'ipv6/neigh'].map((each) => `/proc/sys/net/${each}`)
  // grep ends with 2 because some settings cannot be read before they were written.
  const found = await output(inside(netns, ['sh', '-c', `grep -r . ${directories.join(' ')} 2>/dev/null || true`]))
  const entries = found.split('\n').map((line) => {
    const colon = line.indexOf(':')
    return [line.slice('/proc/sys/net/'.length, colon), line.slice(colon + 1)]
  })
  return Object.fromEntries(entries.toSorted())
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one).localeCompare(JSON.stringify(other))
}
