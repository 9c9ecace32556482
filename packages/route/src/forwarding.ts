import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'
import { sysctl } from './sysctl.ts'

/** A setting of a link. */
export interface LinkSetting {
  /** Name of the link. */
  readonly dev: string
  /** The value that a revert puts back. Absent: a revert leaves the setting; it goes when the link goes. */
  readonly before?: string
}

/** The path of the setting that {@link forwarding} sets. */
export function forwardingPath(dev: string): string {
  return `net/ipv4/conf/${dev}/forwarding`
}

/**
 * Forward IPv4 packets that come in by this link.
 *
 * @see https://docs.kernel.org/networking/ip-sysctl.html (conf/interface/forwarding)
 */
export function forwarding({ dev, before }: LinkSetting): Step<Netns, KernelError> {
  const name = `IPv4 forwarding on ${dev}`
  return sysctl({ name, path: forwardingPath(dev), value: '1', ...(before === undefined ? {} : { before }) })
}
