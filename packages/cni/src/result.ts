import { isAtLeast, type SpecVersion } from './version.ts'

/**
 * What an ADD has made, in the form of the newest version of the specification.
 *
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#add-success
 */
export interface CniResult {
  readonly interfaces: readonly ResultInterface[]
  readonly ips: readonly ResultIp[]
  readonly routes: readonly ResultRoute[]
  readonly dns: ResultDns
}

export interface ResultInterface {
  readonly name: string
  readonly mac?: string
  /** In bytes. */
  readonly mtu?: number
  /** Path of the container's network namespace; absent for interfaces of the host. */
  readonly sandbox?: string
  /** Path of the socket of an interface that is in user space. */
  readonly socketPath?: string
  /** Address of the PCI device behind the interface. */
  readonly pciID?: string
}

export interface ResultIp {
  /** With prefix length: `192.168.1.43/24`. */
  readonly address: string
  readonly gateway?: string
  /** Position in `interfaces` of the one that has the address. */
  readonly interface?: number
}

export interface ResultRoute {
  /** Destination prefix. */
  readonly dst: string
  /** Next hop. */
  readonly gw?: string
  /** In bytes. */
  readonly mtu?: number
  /** Maximum segment size to advertise to TCP peers, in bytes. */
  readonly advmss?: number
  /** Lower ones are preferred. */
  readonly priority?: number
  readonly table?: number
  /** As the kernel numbers them: 0 universe, 253 link, 254 host. */
  readonly scope?: number
}

export interface ResultDns {
  readonly nameservers?: readonly string[]
  readonly domain?: string
  readonly search?: readonly string[]
  readonly options?: readonly string[]
}

/** What an IPAM plugin has reserved, for the plugin that called it to put into effect. */
export interface IpamResult {
  /** At least one. Which interface is to have it, is for the plugin to say. */
  readonly ips: readonly Omit<ResultIp, 'interface'>[]
  readonly routes: readonly ResultRoute[]
  readonly dns: ResultDns
}

/**
 * A result as a version of the specification writes it: before 1.0.0 each address tells its IP version; of interfaces,
 * `mtu`, `socketPath` and `pciID`, and of routes, all but `dst` and `gw`, came with 1.1.0.
 */
export function formatResult(cniVersion: SpecVersion, { interfaces, ips, routes, dns }: CniResult): string {
  const knowsMore = isAtLeast(cniVersion, '1.1.0')
  // JSON leaves out what is undefined.
  const document = {
    cniVersion,
    interfaces: interfaces.map(({ name, mac, sandbox, mtu, socketPath, pciID }) => ({
      name,
      mac,
      sandbox,
      ...(knowsMore ? { mtu, socketPath, pciID } : {}),
    })),
    ips: ips.map(({ address, gateway, interface: position }) => ({
      ...(isAtLeast(cniVersion, '1.0.0') ? {} : { version: ipVersion(address) }),
      address,
      gateway,
      interface: position,
    })),
    routes:
      routes.length === 0
        ? undefined
        : routes.map(({ dst, gw, mtu, advmss, priority, table, scope }) => ({
            dst,
            gw,
            ...(knowsMore ? { mtu, advmss, priority, table, scope } : {}),
          })),
    dns,
  }
  return `${JSON.stringify(document)}\n`
}

/**
 * The result of a plugin that comes later in a chain: what the plugins before it have made, and then its own.
 *
 * @param previous `prevResult` of the request
 * @param own what this plugin has made; `interface` of its `ips` counts its own `interfaces`. Its `dns` replaces the
 *   previous one as a whole, if there is anything in it.
 */
export function mergeResult(previous: CniResult, own: CniResult): CniResult {
  const shift = previous.interfaces.length
  return {
    interfaces: [...previous.interfaces, ...own.interfaces],
    ips: [
      ...previous.ips,
      ...own.ips.map((ip) => (ip.interface === undefined ? ip : { ...ip, interface: ip.interface + shift })),
    ],
    routes: [...previous.routes, ...own.routes],
    dns: isEmpty(own.dns) ? previous.dns : own.dns,
  }
}

function ipVersion(address: string): '4' | '6' {
  return address.includes(':') ? '6' : '4'
}

function isEmpty({ nameservers = [], domain = '', search = [], options = [] }: ResultDns): boolean {
  return domain === '' && nameservers.length + search.length + options.length === 0
}
