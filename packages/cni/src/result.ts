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
}

export interface ResultDns {
  readonly nameservers?: readonly string[]
  readonly domain?: string
  readonly search?: readonly string[]
  readonly options?: readonly string[]
}

/**
 * A result as a version of the specification writes it: before 1.0.0 each address tells its IP version, and the MTU of
 * an interface came with 1.1.0.
 */
export function formatResult(cniVersion: SpecVersion, { interfaces, ips, routes, dns }: CniResult): string {
  const document = {
    cniVersion,
    interfaces: interfaces.map(({ mtu, ...rest }) =>
      mtu === undefined || !isAtLeast(cniVersion, '1.1.0') ? rest : { ...rest, mtu },
    ),
    ips: isAtLeast(cniVersion, '1.0.0') ? ips : ips.map((ip) => ({ version: ipVersion(ip.address), ...ip })),
    ...(routes.length === 0 ? {} : { routes }),
    dns,
  }
  return `${JSON.stringify(document)}\n`
}

function ipVersion(address: string): '4' | '6' {
  return address.includes(':') ? '6' : '4'
}
