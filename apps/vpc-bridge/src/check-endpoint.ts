import type { Netns } from '@vpc-bridge/kernel'
import { type ComparedStep, comparisonWith, hostVethName, openContainer } from '@vpc-bridge/plugin'
import { ok, ResultAsync, safeTry } from 'neverthrow'
import { stepsToAdd } from './add.ts'
import { readEndpointAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import { toCommand } from './command-for.ts'
import { allOf } from './endpoint.ts'
import type { Failure } from './failure.ts'
import type { IsInstalled } from './is-installed.ts'
import { openSite } from './site.ts'

/** Each step of the ADD with its drift; `not connected` when nothing of the endpoint is there. */
export type Checked = readonly ComparedStep[] | 'not connected'

/**
 * Compares an endpoint, and the network that it shares, with what an ADD makes. Needs no result of the ADD: addresses that
 * an IPAM plugin gave are taken from the endpoint's own record.
 */
export function checkEndpoint(
  host: Netns,
  attachment: Attachment,
  isInstalled: IsInstalled,
): ResultAsync<Checked, Failure> {
  return safeTry<Checked, Failure>(async function* () {
    const { netns = '' } = attachment
    const container = yield* openContainer(host, netns)
    const site = yield* openSite(host, attachment)
    const near = yield* site.netns.link(hostVethName(attachment))
    const far = yield* container.link(attachment.ifName)
    if (near === undefined && far === undefined) return ok('not connected' as const)
    const addresses =
      attachment.addresses.length > 0 ? attachment.addresses : (readEndpointAlias(near?.alias)?.addresses ?? [])
    const steps = yield* stepsToAdd(host, { ...attachment, addresses }, netns)
    const compare = yield* comparisonWith(host, { site: site.netns, isInstalled, toCommand })
    return ResultAsync.fromSafePromise(compare(allOf(steps)))
  })
}
