import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'
import { sysctl } from './sysctl.ts'

/**
 * Answer ARP requests on this link for addresses that are reached by another link, and at once: by default the kernel
 * delays such an answer at random by up to 0.8 s. In the order in which they are to be set.
 *
 * @param dev name of the link; the settings go when it goes
 * @see https://docs.kernel.org/networking/ip-sysctl.html (conf/interface/proxy_arp), arp(7) (proxy_delay)
 */
export function proxyArp(dev: string): readonly Step<Netns, KernelError>[] {
  return [
    sysctl({ name: `ARP answers without delay on ${dev}`, path: `net/ipv4/neigh/${dev}/proxy_delay`, value: '0' }),
    sysctl({ name: `proxy ARP on ${dev}`, path: `net/ipv4/conf/${dev}/proxy_arp`, value: '1' }),
  ]
}
