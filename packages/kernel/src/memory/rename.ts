import { isInet6 } from '../ip-text.ts'
import type { Address } from '../state.ts'
import { requireFreeName } from './link-rules.ts'
import { renameLinkSysctls } from './sysctls.ts'
import { type MemoryNetns, Refusal, requireLink } from './world.ts'

/** Renames a link, which must be down, as before Linux 6.2. */
export function renameLink(netns: MemoryNetns, from: string, to: string): void {
  if (requireLink(netns, from).up) throw new Refusal('EBUSY', 'Device or resource busy')
  giveName(netns, from, to)
}

/** Gives a link another name: with its addresses and routes, which the model keeps by name, and its settings. */
export function giveName(netns: MemoryNetns, from: string, to: string): void {
  const link = requireLink(netns, from)
  const { name } = link
  if (name === to) return
  requireFreeName(netns, to)
  link.name = to
  moveTo(netns.addresses, name, to)
  relabel(netns, to)
  moveTo(netns.routes, name, to)
  moveTo(netns.neighbours, name, to)
  renameLinkSysctls(netns, name, to)
}

/** Has what is on a link be on one of another name, in place. */
function moveTo<T extends { readonly dev: string }>(list: T[], from: string, to: string): void {
  list.splice(0, list.length, ...list.map((each) => (each.dev === from ? { ...each, dev: to } : each)))
}

/** The kernel labels the first IPv4 address with the new name, and the others with that and what is behind the colon, or their place. */
function relabel({ addresses }: MemoryNetns, dev: string): void {
  let place = 0
  for (const [index, each] of addresses.entries()) {
    if (each.dev !== dev || isInet6(each.address)) continue
    place += 1
    const { label = '', ...unlabelled } = each
    const suffix = /:.*/.exec(label)?.[0] ?? `:${place}`
    const relabelled: Address = place === 1 ? unlabelled : { ...unlabelled, label: `${dev}${suffix}` }
    addresses[index] = relabelled
  }
}
