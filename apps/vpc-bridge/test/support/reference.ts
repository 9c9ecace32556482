import { readFileSync } from 'node:fs'

/*
 * What the reference plugin, amazon-vpc-cni-plugins at commit be52143, leaves in the kernel for the configuration of the
 * experiment, on Linux 6.1 with a real dummy link eth10 that is up and has the address 192.168.1.42/24.
 */

type Shown = Readonly<Record<string, unknown>>

/** A namespace, in the words of `ip -json`. */
interface Facts {
  readonly links: readonly Shown[]
  readonly addresses: readonly Shown[]
  readonly routes: readonly Shown[]
  readonly neighbours: readonly Shown[]
}

/** Host and container at one moment. */
export interface Moment {
  readonly host: Facts
  readonly blue: Facts
  /** Of the host, by path below /proc/sys/net. */
  readonly sysctls: Readonly<Record<string, string>>
}

interface Reference {
  readonly before: Moment
  readonly 'after-add': Moment
  readonly 'after-del': Moment
  readonly result: Shown
}

export const reference: Reference = JSON.parse(
  readFileSync(new URL('../fixtures/reference-l3-veth.json', import.meta.url), 'utf8'),
)

/** What links are called and addressed, by what they are for. */
export interface Roles {
  readonly bridge: string
  readonly dummy: string
  readonly hostVeth: string
}

export const referenceRoles: Roles = { bridge: 'vpcbr2', dummy: 'vpcbr2dummy', hostVeth: 'vethtest-con' }

/**
 * A moment with everything that differs by design replaced by what it is for: names of our links, MAC addresses chosen
 * at random, the link-local addresses made of them. Interface indexes, and what the reference plugin does not set (aliases,
 * alternative names), are left out. What stays must be equal.
 */
export function inRoles(moment: Moment, roles: Roles): unknown {
  const names = new Map(Object.entries(roles).map(([role, name]) => [name, role]))
  const macs = new Map<string, string>()
  for (const { ifname, address } of [...moment.host.links, ...moment.blue.links]) {
    const role = names.get(String(ifname)) ?? String(ifname)
    // The dummy comes after its bridge, whose MAC address it is to have.
    if (!macs.has(String(address))) macs.set(String(address), `MAC of ${role}`)
  }
  const localAddresses = new Map([...macs].map(([mac, role]) => [linkLocal(mac), `link-local by ${role}`]))
  const named = (value: unknown) =>
    names.get(String(value)) ?? macs.get(String(value)) ?? localAddresses.get(String(value)) ?? value
  const rewrite = (shown: Shown, keys: readonly string[]) =>
    Object.fromEntries(keys.filter((key) => shown[key] !== undefined).map((key) => [key, named(shown[key])]))
  const facts = ({ links, addresses, routes, neighbours }: Facts) => ({
    links: sorted(links.map((link) => rewrite(link, ['ifname', 'flags', 'mtu', 'address', 'master', 'kind']))),
    addresses: sorted(addresses.map((each) => rewrite(each, ['dev', 'local', 'prefixlen', 'broadcast', 'scope']))),
    routes: sorted(
      routes
        .filter(({ table }) => table === undefined || table === 'main')
        .map(withoutDetails)
        .map((each) => rewrite(each, ['dst', 'gateway', 'dev', 'protocol', 'scope', 'prefsrc', 'metric', 'flags'])),
    ),
    neighbours: sorted(neighbours.map((each) => rewrite(each, ['dst', 'dev', 'lladdr']))),
  })
  const recorded =
    /^(ipv4\/conf\/[^/]+\/(proxy_arp|forwarding)|ipv4\/neigh\/[^/]+\/proxy_delay|ipv6\/conf\/[^/]+\/(forwarding|accept_ra))$/
  const sysctls = Object.entries(moment.sysctls)
    .filter(([path]) => recorded.test(path))
    // Settings of neighbours have a default in the initial namespace only.
    .filter(([path]) => !path.includes('/neigh/default/'))
    .map(([path, value]) => [path.split('/').map(named).join('/'), value])
  return { host: facts(moment.host), blue: facts(moment.blue), sysctls: Object.fromEntries(sysctls.toSorted()) }
}

/** The reference was recorded without details: `ip` leaves out the scope and the protocol that a route has if it is told none. */
function withoutDetails({ scope, protocol, ...route }: Shown): Shown {
  return {
    ...route,
    ...(scope === 'global' ? {} : { scope }),
    ...(protocol === 'boot' ? {} : { protocol }),
  }
}

function sorted(list: readonly unknown[]): readonly unknown[] {
  return list.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)))
}

/** The link-local IPv6 address that Linux makes of a MAC address (RFC 4291, appendix A). */
function linkLocal(mac: string): string {
  const [first = 0, ...rest] = mac.split(':').map((pair) => Number.parseInt(pair, 16))
  const bytes = [first ^ 2, ...rest.slice(0, 2), 0xff, 0xfe, ...rest.slice(2)]
  const groups = [0, 2, 4, 6].map((n) => (((bytes[n] ?? 0) << 8) | (bytes[n + 1] ?? 0)).toString(16))
  // The parser of URLs writes IPv6 addresses in canonical form.
  return new URL(`http://[fe80::${groups.join(':')}]`).hostname.slice(1, -1)
}
