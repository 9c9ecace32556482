import { macvtapIndex } from '../macvtap.ts'
import type { NewUpper } from '../new-link.ts'
import { requireFreeName, requireValid } from './link-rules.ts'
import { finish, insert } from './links.ts'
import { uppersOf } from './uppers.ts'
import { type MemoryLink, type MemoryNetns, type MemoryWorld, Refusal, requireLink } from './world.ts'

/**
 * Creates a link on top of another one.
 *
 * @param netns namespace of the parent
 * @param far namespace to create it in
 */
export function addUpper(world: MemoryWorld, netns: MemoryNetns, link: NewUpper, far: MemoryNetns): void {
  const parent = requireLink(netns, link.parent)
  requireFreeName(far, link.name)
  requireValid(link.kind, link)
  const others = uppersOf(world, parent).map((upper) => upper.link)
  if (link.kind === 'vlan') requireVlan(link, parent, others)
  else requirePort(link, parent, others)
  const inherited = link.kind === 'ipvlan' || (link.kind !== 'vlan' && link.mode === 'passthru')
  const mac = inherited
    ? parent.mac
    : (('mac' in link ? link.mac : undefined) ?? (link.kind === 'vlan' ? parent.mac : undefined))
  const { name, kind, mtu = parent.mtu } = link
  const added = insert(far, {
    name,
    kind,
    mtu,
    parent,
    index: link.kind === 'macvtap' && mac !== undefined ? freeIndex(far, macvtapIndex(mac)) : far.nextIndex++,
    ...(mac === undefined ? {} : { mac }),
    ...(link.kind === 'vlan' ? { vlanId: link.id } : { mode: link.mode }),
  })
  finish(far, added, link.up, undefined)
}

function requireVlan(
  { id, mtu = 0, up }: Extract<NewUpper, { kind: 'vlan' }>,
  parent: MemoryLink,
  others: readonly MemoryLink[],
): void {
  if (!Number.isInteger(id) || id < 0 || id > 4094) throw new Refusal('ERANGE', 'Invalid VLAN id')
  if (parent.kind === 'loopback') throw new Refusal('EOPNOTSUPP', 'VLANs not supported on device')
  if (others.some(({ vlanId }) => vlanId === id)) throw new Refusal('EEXIST', 'VLAN device already exists')
  if (mtu > parent.mtu) throw new Refusal('EINVAL', 'Invalid argument')
  if (up && !parent.up) throw new Refusal('ENETDOWN', 'Network is down')
}

function freeIndex({ links }: MemoryNetns, index: number): number {
  if (links.has(index)) throw new Refusal('EBUSY', 'Device or resource busy')
  return index
}

/** Only one kind of these can be on top of a link, one of mode `passthru` alone. */
function requirePort({ mode }: { readonly mode: string }, parent: MemoryLink, others: readonly MemoryLink[]): void {
  if (parent.kind === 'loopback') throw new Refusal('EINVAL', 'Invalid argument')
  if (parent.master !== undefined) throw new Refusal('EBUSY', 'Device or resource busy')
  const ports = others.filter(({ kind }) => kind !== 'vlan')
  if (ports.length > 0 && (mode === 'passthru' || ports.some((port) => port.mode === 'passthru')))
    throw new Refusal('EINVAL', 'Invalid argument')
}
