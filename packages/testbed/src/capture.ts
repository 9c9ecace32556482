import { inside, output } from './command.ts'

/** The network configuration of a namespace, as one plain value to compare. Equal states give equal values. */
export interface State {
  readonly links: readonly Shown[]
  readonly addresses: readonly Shown[]
  readonly routes: readonly Shown[]
  readonly neighbours: readonly Shown[]
  /** By path below /proc/sys/net. */
  readonly sysctls: Readonly<Record<string, string>>
}

type Shown = Readonly<Record<string, unknown>>

/**
 * Reads the configuration of a namespace with `ip` and from /proc, once it has come to rest: carriers and the addresses
 * that follow from them change a moment after the links do.
 */
export async function captureState(netns: string): Promise<State> {
  let last = await readState(netns)
  for (let tries = 0; tries < 100; tries += 1) {
    const next = await readState(netns)
    if (JSON.stringify(next) === JSON.stringify(last)) return next
    last = next
  }
  throw new Error(`the network configuration of ${netns} does not come to rest`)
}

async function readState(netns: string): Promise<State> {
  const ip = async (...args: string[]): Promise<Shown[]> => {
    const json = await output(inside(netns, ['ip', '-json', ...args]))
    return json === '' ? [] : JSON.parse(json).filter((each: Shown) => Object.keys(each).length > 0)
  }
  const links = await ip('-details', 'link', 'show')
  const addresses = await ip('address', 'show')
  const routes = [
    ...(await ip('-4', 'route', 'show', 'table', 'all')),
    ...(await ip('-6', 'route', 'show', 'table', 'all')),
  ]
  const neighbours = await ip('neighbour', 'show', 'nud', 'permanent')
  return {
    links: links.map(linkFacts),
    addresses: addresses.flatMap(addressFacts).toSorted(byText),
    routes: routes.toSorted(byText),
    neighbours: neighbours.toSorted(byText),
    sysctls: await readSysctls(netns),
  }
}

/** What was configured of a link; not what it counts, nor its timers. */
function linkFacts(shown: Shown): Shown {
  const { ifname, ifindex, flags, mtu, address, master, ifalias, altnames, linkinfo, inet6_addr_gen_mode } = shown
  return {
    ifname,
    ifindex,
    flags,
    mtu,
    address,
    master,
    ifalias,
    altnames,
    kind: kindOf(linkinfo),
    inet6_addr_gen_mode,
  }
}

function kindOf(linkinfo: unknown): unknown {
  return typeof linkinfo === 'object' && linkinfo !== null && 'info_kind' in linkinfo ? linkinfo.info_kind : undefined
}

function addressFacts({ ifname, addr_info }: Shown): Shown[] {
  return Array.isArray(addr_info) ? addr_info.map((info: Shown) => ({ dev: ifname, ...info })) : []
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
