import { requireFreeName } from './link-rules.ts'
import { detach, remove } from './links.ts'
import { renameLink } from './rename.ts'
import { addLinkSysctls } from './sysctls.ts'
import { findLink, type MemoryLink, type MemoryNetns, type MemoryWorld, Refusal, requireLink } from './world.ts'

/** Moves a link to another namespace, where it starts anew but for its name, its addresses of hardware and its MTU. */
export function moveLink(
  world: MemoryWorld,
  netns: MemoryNetns,
  { name, as }: { readonly name: string; readonly as?: string },
  far: MemoryNetns,
): void {
  const link = requireLink(netns, name)
  if (far === netns) {
    if (as !== undefined) renameLink(netns, name, as)
    return
  }
  if (link.kind === 'loopback' || link.kind === 'bridge') {
    throw new Refusal('EINVAL', 'The interface netns is immutable')
  }
  requireFreeName(far, as ?? link.name)
  if ([...link.altNames].some((altName) => findLink(far, altName) !== undefined))
    throw new Refusal('EEXIST', 'An interface with the altname exists in the target netns')
  put(world, netns, link, far, as ?? link.name)
}

/** Has a namespace die: network cards go to the first namespace, veth pairs are gone. All else is of no account to others. */
export function emptyOut(world: MemoryWorld, netns: MemoryNetns): void {
  const [home] = world.namespaces.values()
  const links = [...netns.links.values()].filter(({ kind }) => kind !== 'loopback')
  for (const link of links) {
    if (link.kind !== undefined || home === undefined || home === netns) continue
    for (const altName of link.altNames) if (findLink(home, altName) !== undefined) link.altNames.delete(altName)
    put(world, netns, link, home, findLink(home, link.name) === undefined ? link.name : `dev${link.index}`)
  }
  for (const link of links) if (link.kind === 'veth') remove(world, netns, link)
}

function put(world: MemoryWorld, netns: MemoryNetns, link: MemoryLink, far: MemoryNetns, name: string): void {
  detach(world, netns, link)
  const index = far.links.has(link.index) ? far.nextIndex++ : link.index
  far.nextIndex = Math.max(far.nextIndex, index + 1)
  Object.assign(link, { index, name, up: false, master: undefined, isCopy: false })
  far.links.set(index, link)
  addLinkSysctls(far, name)
  const peer = link.peer?.netns?.links.get(link.peer.index)
  if (peer !== undefined) peer.peer = { index, netns: far }
}
