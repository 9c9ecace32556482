import type { RejectRoute } from '../state.ts'
import { isInPlaceOf, requireDestination } from './destination.ts'
import { type MemoryNetns, Refusal, removeWhere } from './world.ts'

export function addRejectRoute(netns: MemoryNetns, route: RejectRoute): void {
  const added = { ...route, destination: requireDestination(route) }
  if (
    netns.routes.some(({ tos, from, ...found }) => tos === undefined && from === undefined && isInPlaceOf(added, found))
  )
    throw new Refusal('EEXIST', 'File exists')
  if (netns.rejectRoutes.some((found) => isInPlaceOf(added, found))) throw new Refusal('EEXIST', 'File exists')
  netns.rejectRoutes.push(added)
}

export function deleteRejectRoute({ rejectRoutes }: MemoryNetns, route: RejectRoute): void {
  const found = rejectRoutes.find(
    (each) => isInPlaceOf(each, route) && each.type === route.type && each.protocol === route.protocol,
  )
  if (found === undefined) throw new Refusal('ESRCH', 'No such process')
  removeWhere(rejectRoutes, (each) => each === found)
}
