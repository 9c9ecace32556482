import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'
import { sysctl } from './sysctl.ts'

/**
 * Returns steps by which the kernel answers ARP requests on a link for addresses that it reaches by another link (`proxy_arp` 1), and at once
 * (`proxy_delay` 0): by default it delays such an answer at random by up to 0.8 s. The delay is set first.
 *
 * @param dev name of the link; the settings vanish with it
 * @see https://docs.kernel.org/networking/ip-sysctl.html (conf/interface/proxy_arp), arp(7) (proxy_delay)
 */
export function proxyArp(dev: string): readonly Step<Netns, KernelError>[] {
  return [
    sysctl({ name: `ARP answers without delay on ${dev}`, path: `net/ipv4/neigh/${dev}/proxy_delay`, value: '0' }),
    sysctl({ name: `proxy ARP on ${dev}`, path: `net/ipv4/conf/${dev}/proxy_arp`, value: '1' }),
  ]
}
