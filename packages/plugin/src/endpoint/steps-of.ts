import type { Link } from '@vpc-bridge/kernel'
import { hostOf } from '@vpc-bridge/kernel/ip'
import { linkAlias } from '@vpc-bridge/link'
import { within } from '@vpc-bridge/netns'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Phase, Steps } from '../definition/phase.ts'
import { type EndpointRecord, endpointsOn, unfinishedAlias, writeEndpoint } from '../records/endpoint-record.ts'
import type { Endpoint } from './endpoint.ts'
import { isSameEndpoint } from './names.ts'
import { writtenOf } from './to-endpoint.ts'

/** The steps of an endpoint, in the order in which they are made. */
export interface EndpointSteps {
  /** Of what the network shares, part by part. */
  readonly shared: readonly Steps[]
  /** Of the endpoint's own parts. */
  readonly own: readonly Phase[]
  /** Writes the record of the finished endpoint. */
  readonly finish: Steps
}

/** Returns the steps of an endpoint. */
export function stepsOf<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  view: V,
  endpoint: Endpoint<C>,
  networkPath: string | undefined,
): EndpointSteps {
  const { plugin, format } = engine
  const written = writtenOf(engine, endpoint, view)
  // With what has been observed by now.
  const hostLink = { ...endpoint.hostLink, alias: unfinishedAlias(format, written) }
  const phases = plugin.phases(view, { ...endpoint, hostLink })
  const text = writeEndpoint(format, written)
  const finish = [linkAlias({ name: endpoint.hostLink.name, alias: format.alias(text) })]
  return {
    shared: phases.flatMap((phase) => (phase.of === 'network' ? [phase.steps] : [])),
    own: phases.filter((phase) => phase.of !== 'network'),
    finish: within(networkPath, finish),
  }
}

/** Returns all steps of an endpoint. */
export function allOf({ shared, own, finish }: EndpointSteps): Steps {
  return [...shared.flat(), ...own.flatMap(({ steps }) => steps), ...finish]
}

/** Returns the steps of an endpoint's own parts that are to be removed one by one, and those that carry its record until then. */
export function removableOf({ own }: EndpointSteps): { readonly first: Steps; readonly last: Steps } {
  const stepsIn = (isMeant: (of: Phase['of']) => boolean) => own.flatMap(({ of, steps }) => (isMeant(of) ? steps : []))
  return { first: stepsIn((of) => of !== 'host link' && of !== 'record'), last: stepsIn((of) => of === 'record') }
}

/** Returns the endpoints of a network among links, as {@link endpointsOn} does. */
export function endpointsAmong<C, V, F extends OwnFailure>(
  { plugin, format }: Engine<C, V, F>,
  links: readonly Link[],
  { network }: Pick<Endpoint<C>, 'network'>,
  view: V,
): readonly EndpointRecord[] {
  const bridge = plugin.bridge?.(view)
  return endpointsOn(format, links, network, bridge === undefined ? 'any' : bridge.link)
}

/** Finds an address of an endpoint that another endpoint of the network has. */
export function heldAddress(
  endpoint: Pick<Endpoint<unknown>, 'ips' | 'containerId' | 'ifName'>,
  records: readonly EndpointRecord[],
): { readonly address: string; readonly by: string } | undefined {
  for (const record of records) {
    if (isSameEndpoint(record, endpoint)) continue
    const held = record.addresses.map(hostOf)
    const found = endpoint.ips.find(({ address }) => held.includes(hostOf(address)))
    if (found !== undefined)
      return { address: found.address, by: `${record.ifName} of container ${record.containerId}` }
  }
  return undefined
}
