import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { KernelError } from './error.ts'
import type { Netns } from './netns.ts'
import type { Address, Route } from './state.ts'

/** What a link has been given, and what another link would need in its place. */
export interface Belongings {
  /** But for link-local ones of IPv6, which each link has by itself. */
  readonly addresses: readonly Address[]
  /**
   * Of both IP versions and all tables, but for those that come with addresses, and those that the kernel learns from routers.
   * Those to gateways come last: a gateway must be known to be on the link.
   */
  readonly routes: readonly Route[]
}

/** Looks up what a link has been given; ENODEV when it does not exist. */
export function belongingsOf(netns: Netns, dev: string): ResultAsync<Belongings, KernelError> {
  return safeTry<Belongings, KernelError>(async function* () {
    const addresses = yield* netns.addresses(dev)
    const inet = yield* netns.routes({ family: 'inet', dev, tables: 'all' })
    const inet6 = yield* netns.routes({ family: 'inet6', dev, tables: 'all' })
    return ok({
      addresses: addresses.filter(({ address }) => !/^fe[89ab]/.test(address)),
      routes: [...inet, ...inet6]
        .filter(({ protocol }) => protocol !== 'kernel' && protocol !== 'ra')
        .toSorted((one, other) => Number(one.gateway !== undefined) - Number(other.gateway !== undefined)),
    })
  })
}
