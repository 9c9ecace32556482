import { isInet6 } from '../ip-text.ts'
import type { Route } from '../state.ts'
import { subnetOf } from './addresses.ts'
import { Refusal } from './world.ts'

/** IPv4 refuses a prefix with bits behind its length, IPv6 drops them. */
export function requireDestination({ destination }: Pick<Route, 'destination'>): string {
  const prefix = subnetOf(destination)
  if (prefix !== destination && !isInet6(destination)) {
    throw new Refusal('EINVAL', 'Invalid prefix for given prefix length')
  }
  return prefix
}

type Place = Pick<Route, 'destination' | 'metric' | 'table'>

/** Returns true for two routes of which a table has room for one. */
export function isInPlaceOf(one: Place, other: Place): boolean {
  return one.destination === other.destination && one.metric === other.metric && one.table === other.table
}
