import type { Netns } from './netns.ts'

/** Returns a handle that passes everything on to the given one: the base of handles that do some of it otherwise. */
export function passOn(netns: Netns): Netns {
  return {
    path: netns.path,
    id: netns.id,
    link: (name) => netns.link(name),
    links: (query) => netns.links(query),
    addresses: (dev) => netns.addresses(dev),
    routes: (query) => netns.routes(query),
    rejectRoutes: (family) => netns.rejectRoutes(family),
    rules: (family) => netns.rules(family),
    neighbours: (dev) => netns.neighbours(dev),
    neighbour: (dev, address) => netns.neighbour(dev, address),
    macTranslation: (dev) => netns.macTranslation(dev),
    masquerade: (name) => netns.masquerade(name),
    forwardDropper: (packet) => netns.forwardDropper(packet),
    sysctl: (path) => netns.sysctl(path),
    change: (operation) => netns.change(operation),
    tryLock: (mode, name) => netns.tryLock(mode, name),
    tryFileLock: (mode) => netns.tryFileLock(mode),
    open: (path) => netns.open(path),
  }
}
