import type { Operation } from '../operation.ts'
import { addAddress, deleteAddress, inet6Switched } from './addresses.ts'
import { canonicalAddress, canonicalNeighbour, canonicalRoute, canonicalRule } from './canonical.ts'
import { addAltName, addLink, deleteAltName, deleteLink, moveLink, setLink } from './links.ts'
import { changeMacTranslation } from './mac-translations.ts'
import { addRoute, deleteNeighbour, deleteRoute, setNeighbour, setRoute } from './routes.ts'
import { addRule, deleteRule } from './rules.ts'
import { writeSysctl } from './sysctls.ts'
import type { MemoryNetns, MemoryWorld } from './world.ts'

/**
 * Performs an operation: all of it, or it throws a Refusal.
 *
 * @param far namespace that the far end of a new veth pair, or a link, goes to
 */
export function perform(world: MemoryWorld, netns: MemoryNetns, operation: Operation, far: MemoryNetns): void {
  switch (operation.do) {
    case 'add link':
      return addLink(world, netns, operation.link, far)
    case 'set link':
      return setLink(netns, operation.name, operation.set)
    case 'delete link':
      return deleteLink(world, netns, operation.name)
    case 'move link':
      return moveLink(netns, operation.name, far)
    case 'add altname':
      return addAltName(netns, operation.name, operation.altName)
    case 'delete altname':
      return deleteAltName(netns, operation.name, operation.altName)
    case 'add address':
      return addAddress(netns, canonicalAddress(operation.address))
    case 'delete address':
      return deleteAddress(netns, canonicalAddress(operation.address))
    case 'add route':
      return addRoute(netns, canonicalRoute(operation.route))
    case 'set route':
      return setRoute(netns, canonicalRoute(operation.route))
    case 'delete route':
      return deleteRoute(netns, canonicalRoute(operation.route))
    case 'add rule':
      return addRule(netns, canonicalRule(operation.rule))
    case 'delete rule':
      return deleteRule(netns, canonicalRule(operation.rule))
    case 'set neighbour':
      return setNeighbour(netns, canonicalNeighbour(operation.neighbour), true)
    case 'delete neighbour':
      return deleteNeighbour(netns, canonicalNeighbour(operation.neighbour))
    case 'set MAC translation':
    case 'delete MAC translation':
    case 'set MAC translation entry':
    case 'delete MAC translation entry':
      return changeMacTranslation(netns, operation)
    case 'write sysctl':
      writeSysctl(netns, operation.path, operation.value)
      if (operation.path.endsWith('/disable_ipv6')) inet6Switched(netns)
  }
}
