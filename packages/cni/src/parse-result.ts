import { addressToBytes, prefixToBytes } from '@vpc-bridge/kernel/ip'
import { err, ok, type Result } from 'neverthrow'
import type { CniResult, IpamResult, ResultDns, ResultInterface, ResultIp, ResultRoute } from './result.ts'
import { specVersions, toSpecVersion } from './version.ts'

/**
 * Reads the result of an ADD, of any version from 0.3.0 on. What no version of the specification knows is left out.
 *
 * `null` and empty texts are taken for absent, as the reference does. A missing `cniVersion` is taken too: the
 * specification's own examples have none.
 *
 * @param value the parsed document
 * @param path where it is, for messages
 * @returns all that is wrong with it, in one line
 */
export function parseResult(value: unknown, path: string): Result<CniResult, string> {
  const fields = fieldsOf(value, path, [])
  const interfaces = objects(fields, 'interfaces').map(interfaceOf)
  const ips = objects(fields, 'ips').map((ip) => ({
    ...ipOf(ip),
    ...field('interface', position(ip, interfaces.length)),
  }))
  return concluded(fields, { interfaces, ips, ...commonOf(fields) })
}

/** Reads the result of an IPAM plugin's ADD, in which there is nothing of interfaces. */
export function parseIpamResult(value: unknown, path: string): Result<IpamResult, string> {
  const fields = fieldsOf(value, path, [])
  const ips = objects(fields, 'ips').map(ipOf)
  if (ips.length === 0) note(fields, 'ips', 'a list of at least one address')
  return concluded(fields, { ips, ...commonOf(fields) })
}

/** An object that is being read, and where to note what is wrong with it. */
interface Fields {
  readonly at: (key: string) => unknown
  readonly path: string
  readonly problems: string[]
}

function concluded<T>({ problems }: Fields, result: T): Result<T, string> {
  return problems.length === 0 ? ok(result) : err(problems.join('; '))
}

/** What all results have. */
function commonOf(fields: Fields): Pick<CniResult, 'routes' | 'dns'> {
  text(fields, 'cniVersion', `one of ${specVersions.join(', ')}`, (version) => toSpecVersion(version) !== undefined)
  const dns = fields.at('dns')
  return {
    routes: objects(fields, 'routes').map(routeOf),
    dns: isAbsent(dns) ? {} : dnsOf(fieldsOf(dns, `${fields.path}.dns`, fields.problems)),
  }
}

function interfaceOf(fields: Fields): ResultInterface {
  return {
    name: required(fields, 'name', 'the name of an interface', anyText),
    ...field('mac', text(fields, 'mac', 'a text', anyText)),
    ...field('mtu', integer(fields, 'mtu')),
    ...field('sandbox', text(fields, 'sandbox', 'a text', anyText)),
    ...field('socketPath', text(fields, 'socketPath', 'a text', anyText)),
    ...field('pciID', text(fields, 'pciID', 'a text', anyText)),
  }
}

function ipOf(fields: Fields): Omit<ResultIp, 'interface'> {
  return {
    address: required(fields, 'address', prefixRule, isPrefix),
    ...field('gateway', text(fields, 'gateway', addressRule, isAddress)),
  }
}

/** Which of so many interfaces has an address. */
function position(ip: Fields, interfaces: number): number | undefined {
  const position = integer(ip, 'interface')
  if (position === undefined || position < interfaces) return position
  note(ip, 'interface', `a position in interfaces, of which there are ${interfaces}`)
  return undefined
}

function routeOf(fields: Fields): ResultRoute {
  return {
    dst: required(fields, 'dst', prefixRule, isPrefix),
    ...field('gw', text(fields, 'gw', addressRule, isAddress)),
    ...field('mtu', integer(fields, 'mtu')),
    ...field('advmss', integer(fields, 'advmss')),
    ...field('priority', integer(fields, 'priority')),
    ...field('table', integer(fields, 'table')),
    ...field('scope', integer(fields, 'scope')),
  }
}

function dnsOf(fields: Fields): ResultDns {
  return {
    ...field('nameservers', texts(fields, 'nameservers')),
    ...field('domain', text(fields, 'domain', 'a text', anyText)),
    ...field('search', texts(fields, 'search')),
    ...field('options', texts(fields, 'options')),
  }
}

const prefixRule = 'an IP address with prefix length, such as "192.168.1.43/24"'
const addressRule = 'an IP address without prefix length, such as "192.168.1.1"'

function isPrefix(text: string): boolean {
  return prefixToBytes(text) !== undefined
}

function isAddress(text: string): boolean {
  return addressToBytes(text) !== undefined
}

function anyText(): boolean {
  return true
}

/** A value that is no object is noted, and read as an empty one. */
function fieldsOf(value: unknown, path: string, problems: string[]): Fields {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject) problems.push(`${path}: ${found(value)}, expected an object`)
  const entries = new Map<string, unknown>(isObject ? Object.entries(value) : [])
  return { at: (key) => entries.get(key), path, problems }
}

function required(fields: Fields, key: string, expected: string, isRight: (text: string) => boolean): string {
  if (isAbsent(fields.at(key))) note(fields, key, expected)
  return text(fields, key, expected, isRight) ?? ''
}

function text(fields: Fields, key: string, expected: string, isRight: (text: string) => boolean): string | undefined {
  const value = fields.at(key)
  if (isAbsent(value)) return undefined
  if (typeof value === 'string' && isRight(value)) return value
  note(fields, key, expected)
  return undefined
}

function integer(fields: Fields, key: string): number | undefined {
  const value = fields.at(key)
  if (isAbsent(value)) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  note(fields, key, 'an integer, 0 or more')
  return undefined
}

function texts(fields: Fields, key: string): readonly string[] | undefined {
  const entries = list(fields, key)
  const right = entries.filter((entry) => typeof entry === 'string')
  if (right.length < entries.length) note(fields, key, 'a list of texts')
  return right.length === 0 ? undefined : right
}

function objects(fields: Fields, key: string): readonly Fields[] {
  return list(fields, key).map((entry, index) => fieldsOf(entry, `${fields.path}.${key}[${index}]`, fields.problems))
}

function list(fields: Fields, key: string): readonly unknown[] {
  const value = fields.at(key)
  if (isAbsent(value)) return []
  if (Array.isArray(value)) return value
  note(fields, key, 'a list')
  return []
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function note({ at, path, problems }: Fields, key: string, expected: string): void {
  problems.push(`${path}.${key}: ${found(at(key))}, expected ${expected}`)
}

/** What is there, for a message: of texts the beginning, of lists and objects only that they are ones. */
function found(value: unknown): string {
  if (isAbsent(value)) return 'missing'
  if (typeof value === 'string') return `found ${JSON.stringify(value.slice(0, 80))}`
  if (typeof value === 'object') return Array.isArray(value) ? 'found a list' : 'found an object'
  return `found ${String(value)}`
}

/** An object with the field if there is a value for it: optional fields are absent, not undefined. */
function field<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  if (value === undefined) return {}
  // TypeScript takes a computed key for any text.
  return { [key]: value } as { readonly [P in K]: T }
}
