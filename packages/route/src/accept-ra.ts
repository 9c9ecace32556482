import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'
import { errAsync, okAsync } from 'neverthrow'
import { sysctl } from './sysctl.ts'

/** What a link does with the router advertisements that come in by it. */
export interface AcceptRa {
  /** Name of the link. */
  readonly dev: string
  /** `never` ignores them; `always` takes them even where packets are forwarded, which by itself ends taking them. */
  readonly accept: 'never' | 'always'
  /** The value that a revert puts back. Absent: a revert leaves the setting; it goes when the link goes. */
  readonly before?: string
}

const values = { never: '0', always: '2' } as const

/** The path of the setting that {@link acceptRa} sets. */
export function acceptRaPath(dev: string): string {
  return `net/ipv6/conf/${dev}/accept_ra`
}

/**
 * Ignore, or always take, router advertisements that come in by this link. Where there is no IPv6 they are ignored.
 *
 * @see https://docs.kernel.org/networking/ip-sysctl.html (conf/interface/accept_ra)
 */
export function acceptRa({ dev, accept, before }: AcceptRa): Step<Netns, KernelError> {
  const name = accept === 'never' ? `no router advertisements on ${dev}` : `router advertisements still on ${dev}`
  const step = sysctl({
    name,
    path: acceptRaPath(dev),
    value: values[accept],
    ...(before === undefined ? {} : { before }),
  })
  if (accept === 'always') return step
  const unlessMissing = (error: KernelError) => (error.errno === 'ENOENT' ? okAsync() : errAsync(error))
  return { ...step, apply: (netns, undo) => step.apply(netns, undo).orElse(unlessMissing) }
}
