import {
  type KernelError,
  type Link,
  type LinkSettings,
  type Netns,
  type Operation,
  objectOf,
} from '@vpc-bridge/kernel'
import { isDefaultDestination, isInet6 } from '@vpc-bridge/kernel/ip'
import { okAsync, type ResultAsync } from 'neverthrow'

/** Returns in words how the state differs from what it should be if an operation is needed: `br0 is down`. */
export function describeDrift(operation: Operation, netns: Netns): ResultAsync<string, KernelError> {
  switch (operation.do) {
    case 'set link':
      return netns.link(operation.name).map((link) => settingsOf(operation.name, operation.set, link).join(', '))
    case 'write sysctl':
      return netns
        .sysctl(operation.path)
        .map((found) => `${operation.path.replaceAll('/', '.')} is ${found}, not ${operation.value}`)
    case 'add link':
      return okAsync(`${objectOf(operation)} is missing`)
    case 'add altname':
      return okAsync(`${operation.name} lacks its second name ${operation.altName}`)
    case 'add address':
      return okAsync(`the address ${operation.address.address} is missing on ${operation.address.dev}`)
    case 'add route':
      return okAsync(`the ${wayOf(operation.route)} is missing`)
    case 'set route':
      return okAsync(`the ${wayOf(operation.route)} goes another way`)
    case 'move link':
      return okAsync(`${operation.name} is not in ${operation.netns}`)
    case 'delete route':
      return okAsync(`there is a wrong ${wayOf(operation.route)}`)
    case 'add rule':
    case 'add reject route':
    case 'set masquerade':
    case 'set masquerade entry':
      return okAsync(`the ${objectOf(operation)} is missing`)
    case 'rename link':
      return okAsync(`${operation.name} is not named ${operation.to}`)
    case 'set neighbour': {
      const { address, dev, mac } = operation.neighbour
      return okAsync(`the neighbour entry of ${address} on ${dev} is not ${mac}`)
    }
    case 'set MAC translation':
      return okAsync(`the rules of the MAC translation on ${operation.dev} are not as they should be`)
    case 'set MAC translation entry':
      return okAsync(`packets to ${operation.entry.address} are not sent on to ${operation.entry.mac}`)
    case 'delete MAC translation':
    case 'delete MAC translation entry':
    case 'delete link':
    case 'delete altname':
    case 'delete address':
    case 'delete neighbour':
    case 'delete rule':
    case 'delete reject route':
    case 'delete masquerade':
    case 'delete masquerade entry':
      return okAsync(`there is ${objectOf(operation)}`)
  }
}

/** Returns the name of the link that an operation is about, where it is about one. */
export function linkOf(operation: Operation): string | undefined {
  switch (operation.do) {
    case 'add rule':
    case 'delete rule':
    case 'add reject route':
    case 'delete reject route':
    case 'set masquerade':
    case 'delete masquerade':
    case 'set masquerade entry':
    case 'delete masquerade entry':
      return undefined
    case 'add link':
      return operation.link.name
    case 'set link':
    case 'delete link':
    case 'rename link':
    case 'move link':
    case 'add altname':
    case 'delete altname':
      return operation.name
    case 'write sysctl':
      return /^net\/[^/]+\/(?:conf|neigh)\/([^/]+)\//.exec(operation.path)?.[1]
    case 'add address':
    case 'delete address':
      return operation.address.dev
    case 'add route':
    case 'set route':
    case 'delete route':
      return operation.route.dev
    case 'set neighbour':
    case 'delete neighbour':
      return operation.neighbour.dev
    case 'set MAC translation':
    case 'delete MAC translation':
    case 'set MAC translation entry':
    case 'delete MAC translation entry':
      return operation.dev
  }
}

function settingsOf(name: string, set: LinkSettings, found: Link | undefined): readonly string[] {
  return [
    ...(set.up === undefined ? [] : [`${name} is ${set.up ? 'down' : 'up'}`]),
    ...(set.mac === undefined ? [] : [`${name} has the MAC address ${found?.mac ?? 'none'}, not ${set.mac}`]),
    ...(set.mtu === undefined ? [] : [`${name} has the MTU ${found?.mtu ?? 'none'}, not ${set.mtu}`]),
    ...(set.master === undefined ? [] : [`${name} is not a port of ${set.master}`]),
    ...(set.alias === undefined ? [] : [`${name} does not carry the record of whose it is`]),
  ]
}

function wayOf(route: { readonly destination: string; readonly gateway?: string; readonly dev: string }): string {
  const { destination, gateway, dev } = route
  const isDefault = isDefaultDestination(destination)
  const via = gateway === undefined ? '' : ` via ${gateway}`
  return `${isDefault ? `default route${isInet6(destination) ? ' of IPv6' : ''}` : `route to ${destination}`}${via} by ${dev}`
}
