import { type CheckRequest, kubernetesArgs } from '@vpc-bridge/cni'
import { lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import { err, ok, ResultAsync, safeTry } from 'neverthrow'
import { compareResult } from '../comparing/compare-result.ts'
import { type ComparedStep, type Comparing, comparisonWith } from '../comparing/compare-steps.ts'
import { driftsOf } from '../comparing/drift.ts'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import { ipsOf, positionOf } from '../endpoint/canonical.ts'
import type { Attached, Endpoint } from '../endpoint/endpoint.ts'
import { reportedAddresses } from '../endpoint/result.ts'
import { allOf, stepsOf } from '../endpoint/steps-of.ts'
import { toEndpoint } from '../endpoint/to-endpoint.ts'
import type { Failure } from '../errors/failure.ts'
import { decide } from '../observation/decide.ts'
import { lookAround } from '../observation/look-around.ts'
import { openContainer } from '../observation/open-container.ts'
import type { EndpointRecord } from '../records/endpoint-record.ts'

/**
 * Compares an endpoint with what its ADD made: what an ADD would still do is a drift, and so is what the result tells and the kernel
 * does not have. What later plugins of the chain have added is none, nor what they have changed, if the result tells of it. Repairs
 * nothing.
 */
export function check<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  outer: Netns,
  attached: Attached<C>,
  request: CheckRequest,
): ResultAsync<void, Failure | F> {
  const host = lookUpOnce(outer)
  const { ifName, prevResult } = request
  return safeTry<void, Failure | F>(async function* () {
    const position = positionOf(prevResult.interfaces, ifName)
    const found = prevResult.interfaces[position]
    const asTold = toEndpoint(engine, attached, request, { ips: ipsOf(prevResult, ifName), routes: [] })
    const container = yield* openContainer(host, asTold.netns)
    if (found === undefined) {
      return err<void, Failure>({ kind: 'drift', found: [`prevResult has no interface ${ifName} in a container`] })
    }
    const { record } = yield* lookAround(engine, host, asTold, container)
    const endpoint = withAddresses(asTold, attached.ips, record)
    const { scene, view } = yield* decide(engine, host, endpoint, container).mapErr(asDrift)
    const steps = stepsOf(engine, view, endpoint, scene.networkPath)
    const made = engine.plugin.result?.(view, endpoint)
    const addresses = endpoint.ips.map(({ address }) => address)
    const missing = reportedAddresses(addresses, kubernetesArgs(request.args).podName).filter(
      (address) => !asTold.ips.some((ip) => ip.address === address),
    )
    const compared = {
      host,
      container,
      hostLinks: made?.outside ?? [endpoint.hostLink],
      ...(made?.isForMachine && made.inside.mac !== undefined ? { machineMac: made.inside.mac } : {}),
      ...(made === undefined
        ? {}
        : { gatewayOf: (address: string) => made.ips.find((ip) => ip.address === address)?.gateway }),
    }
    const drifts = [
      ...missing.map((address) => `prevResult does not have the address ${address}`),
      ...(yield* compareResult(prevResult, position, compared)),
      ...(yield* driftsOf(host, allOf(steps), endpoint, found)),
    ]
    return drifts.length > 0 ? err<void, Failure>({ kind: 'drift', found: drifts }) : ok()
  })
}

/** What an ADD would be refused for by rules was not so when it was made. */
function asDrift<F extends OwnFailure>(failure: Failure | F): Failure | F {
  // A failure of the engine by its kind, which no plugin's own has.
  const { reasons = [] } = failure.kind === 'refused' ? (failure as Extract<Failure, { kind: 'refused' }>) : {}
  return reasons.length === 0 ? failure : { kind: 'drift', found: reasons.map(({ msg }) => msg) }
}

/** Each step of an ADD with its drift; `not connected` when nothing of the endpoint exists. */
export type Checked = readonly ComparedStep[] | 'not connected'

/**
 * Compares an endpoint, and the network that it shares, with what an ADD makes. Needs no result of the ADD: addresses that an IPAM
 * plugin gave are those of the endpoint's record.
 */
export function compareEndpoint<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  outer: Netns,
  endpoint: Endpoint<C>,
  comparing: Comparing,
): ResultAsync<Checked, Failure | F> {
  const host = lookUpOnce(outer)
  return safeTry<Checked, Failure | F>(async function* () {
    const container = yield* openContainer(host, endpoint.netns)
    const { hostLink, record } = yield* lookAround(engine, host, endpoint, container)
    const inside = yield* container.link(endpoint.ifName)
    if (hostLink === undefined && inside === undefined) return ok('not connected' as const)
    const complete = withAddresses({ ...endpoint, ips: [] }, endpoint.ips, record)
    const { scene, view } = yield* decide(engine, host, complete, container)
    const steps = stepsOf(engine, view, complete, scene.networkPath)
    const compare = yield* comparisonWith(host, { ...comparing, site: scene.network })
    return ResultAsync.fromSafePromise(compare(allOf(steps)))
  })
}

/**
 * Returns an endpoint with the addresses of its configuration; without any there, those of its record; without room for them in that,
 * those that it has. A result may tell of fewer than there are, and of those of later plugins.
 */
function withAddresses<C>(
  endpoint: Endpoint<C>,
  configured: Endpoint<C>['ips'],
  record: EndpointRecord | undefined,
): Endpoint<C> {
  const known = configured.length > 0 ? configured : (record?.addresses.map((address) => ({ address })) ?? [])
  const ips = known.map((own) => endpoint.ips.find(({ address }) => address === own.address) ?? own)
  return known.length > 0 ? { ...endpoint, ips } : endpoint
}
