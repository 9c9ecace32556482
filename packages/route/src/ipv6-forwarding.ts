import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'
import type { LinkSetting } from './ipv4-forwarding.ts'
import { sysctl } from './sysctl.ts'

/** Returns the path of the setting that {@link ipv6Forwarding} sets. */
export function ipv6ForwardingPath(dev: string): string {
  return `net/ipv6/conf/${dev}/forwarding`
}

/**
 * Forwarding of IPv6 packets that come in by a link. It has an effect only where it is on for all links as well: see
 * `ipv6ForwardingAll`.
 *
 * @see https://docs.kernel.org/networking/ip-sysctl.html (conf/interface/forwarding)
 */
export function ipv6Forwarding({ dev, before }: LinkSetting): Step<Netns, KernelError> {
  const name = `IPv6 forwarding on ${dev}`
  return sysctl({ name, path: ipv6ForwardingPath(dev), value: '1', ...(before === undefined ? {} : { before }) })
}
