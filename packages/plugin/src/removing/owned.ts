import { inodeOf, type KernelError, openIfPresent } from '@vpc-bridge/kernel'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { isSameEndpoint } from '../endpoint/names.ts'
import { endpointsAmong } from '../endpoint/steps-of.ts'
import { asMade } from '../endpoint/to-endpoint.ts'
import type { Observation } from './observe-to-remove.ts'

/**
 * Returns an endpoint as it was made, as far as it is this network's; `undefined` if nothing is, as after an ADD that was refused. Its
 * addresses are those of its record; without one, or without room in it, those that are told. Those that another endpoint has are
 * that one's.
 */
export function ownedPart<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  { scene, view }: Observation<V>,
  endpoint: Endpoint<C>,
): ResultAsync<Endpoint<C> | undefined, KernelError> {
  const { plugin, format } = engine
  const { network, container, hostLink, record } = scene
  const free = (ips: Endpoint<C>['ips']) => {
    if (network === undefined || ips.length === 0) return okAsync(ips)
    return network.links().map((links) => {
      const others = endpointsAmong(engine, links, endpoint, view).filter((each) => !isSameEndpoint(each, endpoint))
      const held = new Set(others.flatMap(({ addresses }) => addresses))
      return ips.filter(({ address }) => !held.has(address))
    })
  }
  return safeTry<Endpoint<C> | undefined, KernelError>(async function* () {
    if (format.isForeign(hostLink?.alias)) return ok(undefined)
    if (record !== undefined && record.network !== endpoint.network) return ok(undefined)
    const adopted = hostLink === undefined ? plugin.adopted?.(view) : undefined
    const made = yield* whereItIs(scene, asMade(engine, endpoint, record))
    const link = hostLink ?? adopted?.link
    if (link !== undefined) {
      const recorded = record?.addresses.map((address) => ({ address })) ?? []
      const told = [...endpoint.ips, ...(adopted?.addresses.map((address) => ({ address })) ?? [])]
      // No other endpoint has them if the ADD came to its end, and would have been refused.
      const isRefused = plugin.phases(view, made).some((phase) => phase.of === 'reach')
      const isSure = recorded.length > 0 && record?.isUnfinished === undefined && isRefused
      const ips = isSure ? recorded : yield* free(recorded.length > 0 ? recorded : told)
      return ok({ ...made, ips, hostLink: { ...made.hostLink, name: link.name } })
    }
    const inside = yield* container === undefined ? okAsync(undefined) : container.link(endpoint.ifName)
    const asked = inside === undefined || container === undefined ? undefined : plugin.owns?.(container, endpoint)
    const isOwn = inside === undefined || (yield* asked ?? okAsync(false))
    return ok(isOwn ? { ...made, ips: yield* free(endpoint.ips) } : undefined)
  })
}

/** By now the recorded path of the container's namespace may lead to another container's. */
function whereItIs<C>(
  { host, record }: Observation<unknown>['scene'],
  made: Endpoint<C>,
): ResultAsync<Endpoint<C>, KernelError> {
  const { inode, netns } = record?.entries ?? {}
  if (inode === undefined || made.netns === '' || made.netns !== netns) return okAsync(made)
  return openIfPresent(host, made.netns).map((found) =>
    found !== undefined && inodeOf(found) === inode ? made : { ...made, netns: '' },
  )
}
