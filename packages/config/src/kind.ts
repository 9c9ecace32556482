import { anyInterfaceNameRule, interfaceNameRule, isAnyInterfaceName, isInterfaceName } from '@vpc-bridge/cni'
import { type Document, list as readList, required } from './document.ts'
import { addressRule, cidrRule, type Ip, parseCidr, parseIp, parsePrefix, prefixRule } from './ip.ts'
import { macRule, parseMac } from './mac.ts'
import type { Schema } from './schema.ts'

/** A kind of value that a key may have. */
export interface Kind<T> {
  readonly schema: Schema
  /** Reads the value of a key that is not left out; `undefined` when it is wrong, and noted so. */
  readonly read: (document: Document, key: string) => T | undefined
}

/** A kind of text. */
export interface TextKind<T> extends Kind<T> {
  /** Which values are right, as a noun phrase. */
  readonly rule: string
  readonly parse: (text: string) => T | undefined
}

/**
 * Makes a kind of text.
 *
 * @param rule which values are right, as a noun phrase
 * @param parse returns what a text means; `undefined` for one that is wrong
 * @param schema what a JSON schema can say of them
 */
export function textKind<T>(rule: string, parse: (text: string) => T | undefined, schema: Schema = {}): TextKind<T> {
  return {
    rule,
    parse,
    schema: { type: 'string', ...schema },
    read: (document, key) => required(document, key, rule, parse),
  }
}

/** Any text. */
export const text = textKind('a text', (each) => each)

/** The name of a network interface. */
export const interfaceName = textKind(
  interfaceNameRule,
  (name) => (isInterfaceName(name) ? name : undefined),
  interfaceNameSchema(15),
)

/** A name by which a network interface is found: its name, or an alternative one. */
export const anyInterfaceName = textKind(
  anyInterfaceNameRule,
  (name) => (isAnyInterfaceName(name) ? name : undefined),
  interfaceNameSchema(127),
)

/** The name of a network namespace, as `ip netns` knows it, or its path. */
export const netns = textKind(
  'the name or path of a network namespace',
  (each) => (each.includes('\0') || each === '.' || each === '..' ? undefined : each),
  { pattern: String.raw`^(?!\.{1,2}$)[^\0]*$` },
)

function interfaceNameSchema(longest: number): Schema {
  return { pattern: String.raw`^(?!(\.{1,2}|all|default)$)[^\s/:%]{1,${longest}}$` }
}

const decimal = String.raw`(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`
const [inet, inet6] = [String.raw`${decimal}(\.${decimal}){3}`, '(?=.*:)[0-9A-Fa-f:.]{2,45}']
const [inetLength, inet6Length] = ['(3[0-2]|[12]?[0-9])', '(12[0-8]|1[01][0-9]|[1-9]?[0-9])']
const prefixSchema = { pattern: `^(${inet}/${inetLength}|${inet6}/${inet6Length})$` }

/** An IP address without a prefix length. */
export const address = textKind(addressRule, parseIp, { pattern: `^(${inet}|${inet6})$` })

/** An IP address with the length of its subnet. */
export const addressWithLength: TextKind<Ip> = textKind(prefixRule, parsePrefix, prefixSchema)

/** An IP prefix; it means its text, bits behind its length zero. */
export const prefix = textKind(cidrRule, parseCidr, prefixSchema)

/** A MAC address of a single interface; it means lower case with colons. */
export const mac = textKind(macRule, parseMac, {
  pattern: String.raw`^(?![0:.-]+$)[\da-fA-F][02468aceACE]((:[\da-fA-F]{2}){5}|(-[\da-fA-F]{2}){5}|[\da-fA-F]{2}(\.[\da-fA-F]{4}){2})$`,
})

/** The number of a user, in a text. The last one, 2^32 - 1, means "nobody" to the kernel. */
export const userId = textKind(
  'the number of a user in a text, such as "1000"',
  (each) => (/^\d{1,10}$/.test(each) && Number(each) < 2 ** 32 - 1 ? Number(each) : undefined),
  { pattern: '^[0-9]{1,10}$' },
)

/** One of some texts. */
export function oneOf<const T extends string>(...values: readonly [T, ...T[]]): TextKind<T> {
  const quoted = values.map((value) => JSON.stringify(value))
  const rule = quoted.length === 1 ? quoted.join() : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
  return textKind(rule, (found) => values.find((value) => value === found), { enum: values })
}

/** `true` or `false`. */
export const boolean: Kind<boolean> = {
  schema: { type: 'boolean' },
  read: (document, key) => {
    const found = document.at(key)
    if (typeof found === 'boolean') return found
    document.problems.push({ path: document.path + key, found, expected: 'true or false' })
    return undefined
  },
}

/**
 * A whole number.
 *
 * @param orText takes a text of decimal digits, too
 */
export function number(least: number, most: number, { orText = false } = {}): Kind<number> {
  const range: Schema = { type: 'integer', minimum: least, maximum: most }
  const rule = `a whole number from ${least} to ${most}`
  return {
    schema: orText ? { anyOf: [range, { type: 'string', pattern: String.raw`^\d{1,10}$` }] } : range,
    read: (document, key) => {
      const found = document.at(key)
      const value = orText && typeof found === 'string' && /^\d{1,10}$/.test(found) ? Number(found) : found
      if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
      document.problems.push({ path: document.path + key, found, expected: rule })
      return undefined
    },
  }
}

/** A list of texts of a kind; wrong entries are noted one by one. */
export function list<T>(entry: TextKind<T>): Kind<readonly T[]> {
  return {
    schema: { type: 'array', items: entry.schema },
    read: (document, key) => readList(document, key, entry.rule, entry.parse).map(({ value }) => value),
  }
}

/** As {@link list}, of at least one entry. */
export function nonEmptyList<T>(entry: TextKind<T>): Kind<readonly T[]> {
  const { schema, read } = list(entry)
  return {
    schema: { ...schema, minItems: 1 },
    read: (document, key) => {
      const problemsBefore = document.problems.length
      const values = read(document, key) ?? []
      if (values.length > 0) return values
      if (document.problems.length === problemsBefore) {
        const expected = `a list of at least one entry, each ${entry.rule}`
        document.problems.push({ path: document.path + key, found: document.at(key), expected })
      }
      return undefined
    },
  }
}
