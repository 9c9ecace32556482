import { type Address, isGone, type KernelError, type Link, type Netns } from '@vpc-bridge/kernel'
import { type EndpointIdentity, hostVethName, macFor } from '@vpc-bridge/plugin'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { tapNames } from '../network/names.ts'
import { interfaceOf } from './interface.ts'
import type { ContainerEnd, Place } from './model.ts'

/** A veth link in a namespace that a path leads to. */
export interface FarEnd {
  readonly place: Place
  readonly netns: Netns
  readonly link: Link
}

/** What was found outside of the host's namespace. */
export interface FarEnds {
  readonly ends: readonly FarEnd[]
  /** Whether there are namespaces that this user may not look into. */
  readonly isForbidden: boolean
}

/** All veth links outside of the host. Namespaces that go away meanwhile, or cannot be entered, have none. */
export async function listFarEnds(host: Netns, places: readonly Place[]): Promise<FarEnds> {
  const ends: FarEnd[] = []
  let isForbidden = false
  for (const place of places) {
    const opened = await host.open(place.path)
    if (opened.isErr()) isForbidden ||= ['EPERM', 'EACCES'].includes(opened.error.errno)
    if (opened.isErr() || opened.value.id === host.id) continue
    const netns = opened.value
    const links = await netns.links()
    for (const link of links.unwrapOr([])) if (link.kind === 'veth') ends.push({ place, netns, link })
  }
  return { ends, isForbidden }
}

/**
 * The far end of an endpoint's veth pair: the one that has the near end for its peer, and the other way round. Interface
 * indexes are those of a namespace, so that a pair of another host on this machine (in a namespace, too) can look the same:
 * then it is the one with the MAC address that an ADD gives it.
 */
export function farEndOf(endpoint: EndpointIdentity, near: Link, ends: readonly FarEnd[]): FarEnd | undefined {
  const candidates = ends.filter(({ link }) => link.index === near.peer && link.peer === near.index)
  const usual = macFor(`container end of ${hostVethName(endpoint)}`)
  // To a TAP interface leads a bridge, whose port the pair's end is.
  const names = [endpoint.ifName, tapNames(endpoint).veth]
  const named = candidates.filter(({ link }) => names.includes(link.name))
  return candidates.find(({ link }) => link.mac === usual) ?? (named.length === 1 ? named[0] : undefined)
}

/** What is configured on a far end; `undefined` if it has gone meanwhile. */
export function containerEndOf({ place, netns, link }: FarEnd): ResultAsync<ContainerEnd | undefined, KernelError> {
  return safeTry<ContainerEnd | undefined, KernelError>(async function* () {
    const addresses = yield* netns.addresses(link.name)
    const routes = [
      ...(yield* netns.routes({ family: 'inet', dev: link.name, destination: '0.0.0.0/0' })),
      ...(yield* netns.routes({ family: 'inet6', dev: link.name, destination: '::/0' })),
    ]
    return ok({
      ...interfaceOf(link),
      netns: place,
      addresses: withoutLocal(addresses),
      defaultVia: routes.map(({ gateway, dev }) => gateway ?? dev),
    })
  }).orElse((error) => (isGone(error) ? okAsync(undefined) : errAsync(error)))
}

/** Without the link-local addresses, which the kernel gives by itself. */
export function withoutLocal(addresses: readonly Address[]): readonly string[] {
  return addresses.map(({ address }) => address).filter((address) => !address.startsWith('fe80:'))
}
