import type { MemoryLink, MemoryNetns, MemoryWorld } from './world.ts'

/** A link on top of another one, and where it is. */
interface Upper {
  readonly netns: MemoryNetns
  readonly link: MemoryLink
}

/** Returns the links on top of one, in whatever namespaces they are. */
export function uppersOf(world: MemoryWorld, parent: MemoryLink): readonly Upper[] {
  return [...world.namespaces.values()].flatMap((netns) =>
    [...netns.links.values()].filter((link) => link.parent === parent).map((link) => ({ netns, link })),
  )
}
