import { type CniResult, kubernetesArgs, type ResultInterface } from '@vpc-bridge/cni'
import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { isInet6 } from '@vpc-bridge/kernel/ip'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { Addressing, Endpoint } from './endpoint.ts'

/** An interface as a result tells of it. */
export interface MadeInterface {
  readonly name: string
  readonly mac?: string
  /** In bytes. */
  readonly mtu?: number
}

/** What an ADD has made. */
export interface MadeEndpoint extends Addressing {
  /** The container's interface. */
  readonly inside: MadeInterface
  /** Set for a virtual machine behind that, which has the addresses and routes itself. */
  readonly isForMachine?: true
  /** The links that it is connected by, with the path of their namespace if that is not the host's. */
  readonly outside: readonly (MadeInterface & { readonly sandbox?: string })[]
}

/** Reads what an ADD has made from the kernel. */
export function readMade<C>(
  host: Netns,
  { netns, ifName, ips, routes, hostLink }: Endpoint<C>,
): ResultAsync<MadeEndpoint, KernelError> {
  return safeTry<MadeEndpoint, KernelError>(async function* () {
    const container = yield* host.open(netns)
    const inside = interfaceOf(ifName, yield* container.link(ifName))
    const outside = [interfaceOf(hostLink.name, yield* host.link(hostLink.name))]
    return ok({ inside, outside, ips, routes })
  })
}

/** Returns what an ADD has made as CNI reports it: the container's interface, with its addresses, then the host's links. */
export function resultOf(
  { inside, outside, ips, routes }: MadeEndpoint,
  { netns, dns, args }: Pick<Endpoint<unknown>, 'netns' | 'dns' | 'args'>,
): CniResult {
  const reported = reportedAddresses(
    ips.map(({ address }) => address),
    kubernetesArgs(args).podName,
  )
  return {
    interfaces: [{ ...inside, sandbox: netns }, ...outside],
    ips: ips.filter(({ address }) => reported.includes(address)).map((ip) => ({ ...ip, interface: 0 })),
    routes: routes.map(({ destination, gateway, metric }) => ({
      dst: destination,
      ...(gateway === undefined ? {} : { gw: gateway }),
      ...(metric === undefined ? {} : { priority: metric }),
    })),
    dns,
  }
}

/**
 * Returns the addresses that a result tells of. Kubernetes knows one address of each IP version of a pod; the reference plugin
 * reports the first IPv6 address only.
 */
export function reportedAddresses(addresses: readonly string[], podName: string | undefined): readonly string[] {
  if (podName === undefined) return addresses
  const [first] = addresses.filter(isInet6)
  return addresses.filter((address) => !isInet6(address) || address === first)
}

function interfaceOf(name: string, link: Link | undefined): ResultInterface {
  if (link === undefined) return { name }
  return { name, ...(link.mac === undefined ? {} : { mac: link.mac }), mtu: link.mtu }
}
