import { type CniResult, kubernetesArgs, type ResultInterface } from '@vpc-bridge/cni'
import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { isInet6 } from '@vpc-bridge/kernel/ip'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { Endpoint } from './definition.ts'

/** Returns what an ADD has made, as CNI reports it: the container's interface, with its addresses, then the host's link. */
export function resultOf<C>(host: Netns, endpoint: Endpoint<C>): ResultAsync<CniResult, KernelError> {
  const { netns, ifName, ips, routes, dns, args, hostLink } = endpoint
  return safeTry<CniResult, KernelError>(async function* () {
    const inContainer = yield* (yield* host.open(netns)).link(ifName)
    const onHost = yield* host.link(hostLink.name)
    const reported = reportedAddresses(
      ips.map(({ address }) => address),
      kubernetesArgs(args).podName,
    )
    return ok({
      interfaces: [{ ...interfaceOf(ifName, inContainer), sandbox: netns }, interfaceOf(hostLink.name, onHost)],
      ips: ips.filter(({ address }) => reported.includes(address)).map((ip) => ({ ...ip, interface: 0 })),
      routes: routes.map(({ destination, gateway, metric }) => ({
        dst: destination,
        ...(gateway === undefined ? {} : { gw: gateway }),
        ...(metric === undefined ? {} : { priority: metric }),
      })),
      dns,
    })
  })
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
