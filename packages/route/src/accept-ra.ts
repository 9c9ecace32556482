import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'
import { errAsync, okAsync } from 'neverthrow'
import { sysctl } from './sysctl.ts'

/** The treatment of router advertisements that come in by a link. */
export interface AcceptRa {
  /** Name of the link. */
  readonly dev: string
  /** `never` ignores them (`accept_ra` 0); `always` takes them even on a host that forwards (`accept_ra` 2). */
  readonly accept: 'never' | 'always'
  /** The value that a revert restores. Absent: a revert leaves the setting, which vanishes with the link. */
  readonly before?: string
}

const values = { never: '0', always: '2' } as const

/** Returns the path of the setting that {@link acceptRa} sets. */
export function acceptRaPath(dev: string): string {
  return `net/ipv6/conf/${dev}/accept_ra`
}

/**
 * Ignores, or always takes, router advertisements that come in by a link. Without IPv6, `never` has nothing to do.
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
