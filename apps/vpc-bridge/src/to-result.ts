import type { CniResult } from '@vpc-bridge/cni'
import type { Dns } from '@vpc-bridge/config'
import type { Added } from './add.ts'

/** What an ADD made, as the CNI protocol reports it: the container's interface, with its addresses. */
export function toResult({ attachment, interface: made, gateways }: Added, dns: Dns): CniResult {
  const { addresses, netns } = attachment
  return {
    interfaces: [{ ...made, sandbox: netns }],
    ips: addresses.map((address) => {
      const gateway = address.includes(':') ? gateways.inet6 : gateways.inet
      return { address, ...(gateway === undefined ? {} : { gateway }), interface: 0 }
    }),
    routes: [],
    dns,
  }
}
