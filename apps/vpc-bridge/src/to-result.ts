import { type CniResult, kubernetesArgs } from '@vpc-bridge/cni'
import type { Dns } from '@vpc-bridge/config'
import type { Added } from './add.ts'
import type { Configured } from './to-attachment.ts'

/** What is reported besides what an ADD made. */
export interface Reported {
  readonly dns: Dns
  /** Routes that an IPAM plugin gave. */
  readonly routes: Configured['routes']
  /** CNI_ARGS, taken apart. */
  readonly args: Readonly<Record<string, string>>
}

/** What an ADD made, as the CNI protocol reports it: the container's interface, with its addresses, then the host's. */
export function toResult(
  { attachment, interface: made, hostInterfaces, gateways }: Added,
  reported: Reported,
): CniResult {
  const { addresses, netns } = attachment
  const { podNamespace, podName } = kubernetesArgs(reported.args)
  const isPod = podName !== undefined
  return {
    interfaces: [{ ...made, sandbox: netns }, ...hostInterfaces],
    ips: (isPod ? podAddresses(addresses) : addresses).map((address) => {
      const gateway = address.includes(':') ? gateways.inet6 : gateways.inet
      return { address, ...(gateway === undefined ? {} : { gateway }), interface: 0 }
    }),
    routes: reported.routes,
    dns: withNamespace(reported.dns, podNamespace),
  }
}

/** Kubernetes knows one address of each IP version of a pod; the reference plugin reports the first IPv6 address only. */
function podAddresses(addresses: readonly string[]): readonly string[] {
  const [first] = addresses.filter((address) => address.includes(':'))
  return addresses.filter((address) => !address.includes(':') || address === first)
}

/** With the pod's Kubernetes namespace where a search domain asks for it: `{%namespace%}.svc.cluster.local`. */
function withNamespace(dns: Dns, namespace: string | undefined): Dns {
  if (dns.search === undefined || namespace === undefined) return dns
  return { ...dns, search: dns.search.map((domain) => domain.replaceAll('{%namespace%}', namespace)) }
}
