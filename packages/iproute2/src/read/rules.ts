import type { Family, ListedRule, RuleAction } from '@vpc-bridge/kernel'
import type { Result } from 'neverthrow'
import { type Decoder, integer, object, optional, text } from './decode.ts'
import { decodeOutput } from './output.ts'

/** Reads what `ip -json -N rule show` printed, where tables are numbers. */
export function readRules(output: string, family: Family): Result<readonly ListedRule[], string> {
  return decodeOutput(output, listed).map((entries) => entries.map((fields) => rule(fields, family)))
}

interface RuleFields {
  readonly priority: number
  readonly src: string
  readonly srclen: number | undefined
  readonly dst: string | undefined
  readonly dstlen: number | undefined
  readonly table: string | undefined
  readonly suppress_prefixlen: number | undefined
  readonly goto: number | undefined
  readonly action: string | undefined
}

const ruleFields = object<RuleFields>({
  priority: integer,
  src: text,
  srclen: optional(integer),
  dst: optional(text),
  dstlen: optional(integer),
  table: optional(text),
  suppress_prefixlen: optional(integer),
  goto: optional(integer),
  action: optional(text),
})

/** Of everything else that may be printed, these alone say nothing of the packets that a rule is for. */
const known = new Set([
  ...['priority', 'src', 'srclen', 'dst', 'dstlen', 'table', 'suppress_prefixlen', 'goto', 'action'],
  ...['protocol', 'unresolved'],
])

/** The fields, and whether there are others. */
const listed: Decoder<RuleFields & { readonly hasOthers: boolean }> = (value, at) =>
  ruleFields(value, at).map((fields) => ({
    ...fields,
    hasOthers: Object.keys(Object(value)).some((key) => !known.has(key)),
  }))

function rule({ hasOthers, ...fields }: RuleFields & { readonly hasOthers: boolean }, family: Family): ListedRule {
  const longest = family === 'inet' ? 32 : 128
  const { priority, src, srclen = longest, dst, dstlen = longest, table } = fields
  const action = hasOthers ? undefined : actionOf(fields)
  return {
    family,
    priority,
    ...(src === 'all' ? {} : { from: `${src}/${srclen}` }),
    ...(dst === undefined ? {} : { to: `${dst}/${dstlen}` }),
    action: action ?? { do: 'other', ...(table === undefined ? {} : { table: Number(table) }) },
  }
}

/** linux/fib_rules.h */
const unreachable = '7'

function actionOf({ goto, action, table, suppress_prefixlen: length }: RuleFields): RuleAction | undefined {
  if (goto !== undefined) return { do: 'goto', priority: goto }
  if (action === unreachable || action === 'unreachable') return { do: 'unreachable' }
  if (action !== undefined || table === undefined) return undefined
  return { do: 'lookup', table: Number(table), ...(length === undefined ? {} : { suppressPrefixLength: length }) }
}
