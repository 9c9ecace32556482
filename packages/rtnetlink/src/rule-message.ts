import type { Family, ListedRule, Rule, RuleAction } from '@vpc-bridge/kernel'
import { bytesToAddress, type Prefix, prefixToBytes } from '@vpc-bridge/kernel/ip'
import { families } from './address-message.ts'
import { bytes, encodeAttributes, listAttributes, readU32, u32, u32At } from './attributes.ts'
import { flags, type Request } from './message.ts'

/** linux/rtnetlink.h */
const ruleTypes = { new: 32, delete: 33, get: 34 } as const
const compatTable = 252

/** linux/fib_rules.h */
const fra = {
  destination: 1,
  source: 2,
  goto: 4,
  priority: 6,
  suppressPrefixLength: 14,
  table: 15,
  padding: 18,
  protocol: 21,
} as const
const actions = { lookup: 1, goto: 2, unreachable: 7 } as const
const flagsOfCriteria = { inverted: 2 } as const
const headerLength = 12
/** As the kernel says that there is none. */
const noLength = 0xffffffff

/** Asks for all rules of an IP version. */
export function getRules(family: Family): Request {
  return { type: ruleTypes.get, flags: flags.request | flags.dump, body: header({ family: families[family] }) }
}

/** @returns `undefined` when a text is not a prefix of that IP version */
export function newRule(rule: Rule): Request | undefined {
  return ruleRequest(ruleTypes.new, flags.create | flags.exclusive, rule)
}

/** @returns `undefined` when a text is not a prefix of that IP version */
export function deleteRule(rule: Rule): Request | undefined {
  return ruleRequest(ruleTypes.delete, 0, rule)
}

/** Reads a rule; `undefined` when the message is none of an IP version. */
export function decodeRule(body: Uint8Array): ListedRule | undefined {
  const [family, destinationLength, sourceLength, serviceType, , , , action] = body
  if (body.length < headerLength || (family !== families.inet && family !== families.inet6)) return undefined
  const list = listAttributes(body.subarray(headerLength))
  const attributes = new Map(list.map(({ type, value }) => [type, value]))
  const source = attributes.get(fra.source)
  const destination = attributes.get(fra.destination)
  const known: readonly number[] = Object.values(fra)
  const hasOthers =
    serviceType !== 0 ||
    (u32At(body, 8) & flagsOfCriteria.inverted) !== 0 ||
    list.some(({ type }) => !known.includes(type))
  const table = readU32(attributes, fra.table) ?? body[4]
  const length = readU32(attributes, fra.suppressPrefixLength) ?? noLength
  const target = readU32(attributes, fra.goto)
  const described = hasOthers ? undefined : actionOf(action, { table, length, target })
  return {
    family: family === families.inet ? 'inet' : 'inet6',
    priority: readU32(attributes, fra.priority) ?? 0,
    ...(source === undefined ? {} : { from: `${bytesToAddress(source)}/${sourceLength}` }),
    ...(destination === undefined ? {} : { to: `${bytesToAddress(destination)}/${destinationLength}` }),
    action: described ?? { do: 'other', ...(table === undefined || table === 0 ? {} : { table }) },
  }
}

function actionOf(
  action: number | undefined,
  {
    table,
    length,
    target,
  }: { readonly table: number | undefined; readonly length: number; readonly target: number | undefined },
): RuleAction | undefined {
  switch (action) {
    case actions.lookup:
      if (table === undefined) return undefined
      return { do: 'lookup', table, ...(length === noLength ? {} : { suppressPrefixLength: length }) }
    case actions.goto:
      return target === undefined ? undefined : { do: 'goto', priority: target }
    case actions.unreachable:
      return { do: 'unreachable' }
    default:
      return undefined
  }
}

function ruleRequest(
  type: number,
  extraFlags: number,
  { family, priority, from, to, action }: Rule,
): Request | undefined {
  const source = criterion(family, from)
  const destination = criterion(family, to)
  if (source === undefined || destination === undefined) return undefined
  const attributes = [
    ...(source.length === 0 ? [] : [bytes(fra.source, source.bytes)]),
    ...(destination.length === 0 ? [] : [bytes(fra.destination, destination.bytes)]),
    u32(fra.priority, priority),
    ...(action.do === 'goto' ? [u32(fra.goto, action.priority)] : []),
    ...(action.do === 'lookup' ? [u32(fra.table, action.table)] : []),
    ...(action.do === 'lookup' && action.suppressPrefixLength !== undefined
      ? [u32(fra.suppressPrefixLength, action.suppressPrefixLength)]
      : []),
  ]
  const table = action.do === 'lookup' ? action.table : 0
  const head = header({
    family: families[family],
    sourceLength: source.length,
    destinationLength: destination.length,
    // One byte, which not every number fits into.
    table: table > 255 ? compatTable : table,
    action: actions[action.do],
  })
  return { type, flags: flags.request | extraFlags, body: encodeAttributes(attributes, head) }
}

/** A prefix that addresses must be in, of length 0 for all; `undefined` when the text is none of that IP version. */
function criterion(family: Family, text: string | undefined): Prefix | undefined {
  const length = family === 'inet' ? 4 : 16
  const prefix = text === undefined ? { bytes: new Uint8Array(length), length: 0 } : prefixToBytes(text)
  return prefix?.bytes.length === length ? prefix : undefined
}

/** struct fib_rule_hdr */
function header(fields: {
  readonly family: number
  readonly sourceLength?: number
  readonly destinationLength?: number
  readonly table?: number
  readonly action?: number
}): Uint8Array {
  const { family, sourceLength = 0, destinationLength = 0, table = 0, action = 0 } = fields
  const buffer = new Uint8Array(headerLength)
  buffer.set([family, destinationLength, sourceLength, 0, table, 0, 0, action])
  return buffer
}
