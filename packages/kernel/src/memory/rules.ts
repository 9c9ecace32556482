import type { ListedRule, Rule } from '../state.ts'
import { mainTable } from './canonical.ts'
import { type MemoryNetns, Refusal, removeWhere } from './world.ts'

/** The rules of a new namespace: the tables `local`, `main` and, for IPv4 alone, `default` (linux/rtnetlink.h). */
export const initialRules: readonly ListedRule[] = [
  { family: 'inet', priority: 0, action: { do: 'lookup', table: 255 } },
  { family: 'inet', priority: 32766, action: { do: 'lookup', table: mainTable } },
  { family: 'inet', priority: 32767, action: { do: 'lookup', table: 253 } },
  { family: 'inet6', priority: 0, action: { do: 'lookup', table: 255 } },
  { family: 'inet6', priority: 32766, action: { do: 'lookup', table: mainTable } },
]

/** Adds a rule behind those with its priority. */
export function addRule(netns: MemoryNetns, rule: Rule): void {
  requireForward(rule)
  const { family, priority } = rule
  if (netns.rules.some((found) => isLike(found, rule) && lengthOf(found) === lengthOf(rule))) {
    throw new Refusal('EEXIST', 'File exists')
  }
  const next = netns.rules.findIndex((found) => found.family === family && found.priority > priority)
  netns.rules.splice(next === -1 ? netns.rules.length : next, 0, rule)
}

/** Deletes the first rule that is like the given one, in what that says. */
export function deleteRule(netns: MemoryNetns, rule: Rule): void {
  requireForward(rule)
  const length = lengthOf(rule)
  const found = netns.rules.find((each) => isLike(each, rule) && (length === undefined || lengthOf(each) === length))
  if (found === undefined) throw new Refusal('ENOENT', 'No such file or directory')
  removeWhere(netns.rules, (each) => each === found)
}

function requireForward({ action, priority }: Rule): void {
  if (action.do === 'goto' && action.priority <= priority) throw new Refusal('EINVAL', 'Backward goto not supported')
}

/** A rule for all addresses is like those for some, too, and one that goes on is like those that go elsewhere. */
function isLike(found: ListedRule, { family, priority, from, to, action }: Rule): boolean {
  return (
    found.family === family &&
    found.priority === priority &&
    (from === undefined || found.from === from) &&
    (to === undefined || found.to === to) &&
    found.action.do === action.do &&
    tableOf(found) === tableOf({ action })
  )
}

function tableOf({ action }: Pick<ListedRule, 'action'>): number | undefined {
  return action.do === 'lookup' ? action.table : undefined
}

function lengthOf({ action }: Pick<ListedRule, 'action'>): number | undefined {
  return action.do === 'lookup' ? action.suppressPrefixLength : undefined
}
