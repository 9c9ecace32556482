import { isUpper } from '../new-link.ts'
import type { Operation } from '../operation.ts'
import { addAddress, deleteAddress, inet6Switched } from './addresses.ts'
import {
  canonicalAddress,
  canonicalNeighbour,
  canonicalRejectRoute,
  canonicalRoute,
  canonicalRule,
} from './canonical.ts'
import { addAltName, addLink, deleteAltName, deleteLink, setLink } from './links.ts'
import { changeMacTranslation } from './mac-translations.ts'
import { changeMasquerade } from './masquerades.ts'
import { moveLink } from './move.ts'
import { addRejectRoute, deleteRejectRoute } from './reject-routes.ts'
import { renameLink } from './rename.ts'
import { addRoute, deleteNeighbour, deleteRoute, setNeighbour, setRoute } from './routes.ts'
import { addRule, deleteRule } from './rules.ts'
import { writeSysctl } from './sysctls.ts'
import { addUpper } from './upper-links.ts'
import type { MemoryNetns, MemoryWorld } from './world.ts'

/**
 * Performs an operation: all of it, or it throws a Refusal.
 *
 * @param far namespace that the far end of a new veth pair, or a link, goes to
 */
export function perform(world: MemoryWorld, netns: MemoryNetns, operation: Operation, far: MemoryNetns): void {
  switch (operation.do) {
    case 'add link':
      return isUpper(operation.link)
        ? addUpper(world, netns, operation.link, far)
        : addLink(world, netns, operation.link, far)
    case 'set link':
      return setLink(world, netns, operation.name, operation.set)
    case 'delete link':
      return deleteLink(world, netns, operation.name)
    case 'rename link':
      return renameLink(netns, operation.name, operation.to)
    case 'move link':
      return moveLink(world, netns, operation, far)
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
    case 'add reject route':
      return addRejectRoute(netns, canonicalRejectRoute(operation.route))
    case 'delete reject route':
      return deleteRejectRoute(netns, canonicalRejectRoute(operation.route))
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
    case 'set masquerade':
    case 'delete masquerade':
    case 'set masquerade entry':
    case 'delete masquerade entry':
      return changeMasquerade(netns, operation)
    case 'write sysctl':
      writeSysctl(netns, operation.path, operation.value)
      if (operation.path.endsWith('/disable_ipv6')) inet6Switched(netns)
  }
}
