import { err, ok, type Result } from 'neverthrow'
import { type Document, documentOf, list, optional } from './document.ts'
import {
  type Family,
  firstHost,
  formatPrefix,
  type Ip,
  networkAddress,
  parseIp,
  parsePrefix,
  unusableAsHost,
} from './ip.ts'
import { interfaceNameRule, isInterfaceName, isNetworkName, networkNameRule } from './names.ts'
import type { Dns, EniSelection, NetworkConfig } from './network-config.ts'
import type { ConfigProblem } from './problem.ts'

/**
 * Reads a network configuration. Keys that it does not know are ignored, as the CNI specification demands.
 *
 * @param value the parsed JSON document
 * @returns the configuration, or everything that is wrong with it
 */
export function parseConfig(value: unknown): Result<NetworkConfig, readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = []
  const document = documentOf(value, '', problems)
  if (document === undefined) return err([{ path: '', found: value, expected: 'a JSON object' }])

  const name = networkName(document)
  const eni = eniSelection(document)
  const eniAddresses = list(document, 'eniIPAddresses', prefixRule, parsePrefix).map(formatPrefix)
  const vpcCidrs = list(document, 'vpcCIDRs', cidrRule, parseCidr)
  const bridgeType = optional(document, 'bridgeType', '"L2" or "L3"', oneOf('L2', 'L3')) ?? 'L3'
  const bridgeNetns = optional(document, 'bridgeNetNSPath', 'the name or path of a network namespace', namespaceRef)
  const addresses = containerAddresses(document)
  const gateways = gatewaysOf(document, addresses)
  const interfaceType = interfaceOf(document)
  const serviceCidr = optional(document, 'serviceCIDR', cidrRule, parseCidr)
  const dns = dnsOf(document)

  if (problems.length > 0 || name === undefined || eni === undefined) return err(problems)
  return ok({
    name,
    eni,
    eniAddresses,
    vpcCidrs,
    bridgeType,
    ...(bridgeNetns === undefined ? {} : { bridgeNetns }),
    addresses: addresses.map(formatPrefix),
    gateways,
    interface: interfaceType,
    ...(serviceCidr === undefined ? {} : { serviceCidr }),
    dns,
  })
}

const prefixRule = 'an IP address with prefix length, such as "192.168.1.43/24"'
const cidrRule = 'an IP prefix, such as "192.168.0.0/16"'
const addressRule = 'an IP address without prefix length, such as "192.168.1.1"'
const macRule = 'the MAC address of a single interface, such as "0a:1b:2c:3d:4e:5f"'

function networkName(document: Document): string | undefined {
  const problemsBefore = document.problems.length
  const name = optional(document, 'name', networkNameRule, (text) => (isNetworkName(text) ? text : undefined))
  if (name === undefined && document.problems.length === problemsBefore) {
    document.problems.push({ path: 'name', found: document.at('name'), expected: networkNameRule })
  }
  return name
}

function eniSelection(document: Document): EniSelection | undefined {
  const problemsBefore = document.problems.length
  const name = optional(document, 'eniName', interfaceNameRule, (text) => (isInterfaceName(text) ? text : undefined))
  const mac = optional(document, 'eniMACAddress', macRule, parseMac)
  if (name !== undefined) return { by: 'name', name, ...(mac === undefined ? {} : { mac }) }
  if (mac !== undefined) return { by: 'mac', mac }
  if (document.problems.length === problemsBefore) {
    const expected = `${interfaceNameRule}; or eniMACAddress in its place`
    document.problems.push({ path: 'eniName', found: document.at('eniName'), expected })
  }
  return undefined
}

function containerAddresses(document: Document): readonly Ip[] {
  const problemsBefore = document.problems.length
  const addresses = list(document, 'ipAddresses', prefixRule, parsePrefix)
  const noneGiven = addresses.length === 0 && document.problems.length === problemsBefore
  if (noneGiven) {
    const expected = `a list of at least one entry, each ${prefixRule}`
    document.problems.push({ path: 'ipAddresses', found: document.at('ipAddresses'), expected })
  }
  for (const [index, ip] of addresses.entries()) {
    const path = `ipAddresses[${index}]`
    const reason = unusableAsHost(ip)
    const found = formatPrefix(ip)
    if (reason !== undefined) {
      document.problems.push({ path, found, expected: `an address that a host can have; this is ${reason}` })
    }
    if (addresses.findIndex(({ address }) => address === ip.address) < index) {
      document.problems.push({ path, found, expected: 'each address only once' })
    }
  }
  return addresses
}

/** The router of each family: the one given, or the first address of the container's first subnet of that family. */
function gatewaysOf(document: Document, addresses: readonly Ip[]): NetworkConfig['gateways'] {
  const problem = (expected: string) => {
    document.problems.push({ path: 'gatewayIPAddress', found: document.at('gatewayIPAddress'), expected })
  }
  const given = optional(document, 'gatewayIPAddress', addressRule, parseIp)
  const gateways: Partial<Record<Family, string>> = {}
  const first = addresses.find(({ family }) => family === 'inet')
  const derived = first === undefined ? undefined : firstHost(first)
  if (derived !== undefined && derived !== first?.address) gateways.inet = derived
  if (given === undefined) {
    if (first !== undefined && gateways.inet === undefined && document.at('gatewayIPAddress') === undefined) {
      problem(`an IPv4 address: none can be derived from ${formatPrefix(first)}`)
    }
    return gateways
  }
  if (addresses.length > 0 && !addresses.some(({ family }) => family === given.family)) {
    problem(`an ${given.family === 'inet' ? 'IPv6' : 'IPv4'} address, as those of ipAddresses are`)
  }
  if (addresses.some(({ address }) => address === given.address)) problem("another address than the container's own")
  if (unusableAsHost(given) !== undefined && !given.address.startsWith('fe80:')) {
    problem(`an address that a router can have; this is ${unusableAsHost(given)}`)
  }
  return { ...gateways, [given.family]: given.address }
}

function interfaceOf(document: Document): NetworkConfig['interface'] {
  const type = optional(document, 'interfaceType', '"veth" or "tap"', oneOf('veth', 'tap')) ?? 'veth'
  const userId = optional(document, 'tapUserID', 'the number of a user in a text, such as "1000"', parseUserId) ?? 0
  return type === 'veth' ? { type } : { type, userId }
}

function dnsOf(top: Document): Dns {
  const found = top.at('dns')
  if (found === undefined || found === null) return {}
  const document = documentOf(found, 'dns.', top.problems)
  if (document === undefined) {
    top.problems.push({ path: 'dns', found, expected: 'an object with nameservers, domain, search and options' })
    return {}
  }
  const anything = (text: string) => text
  const domain = optional(document, 'domain', 'a text', anything)
  const lists = { nameservers: textList('nameservers'), search: textList('search'), options: textList('options') }
  return {
    ...(lists.nameservers.length > 0 ? { nameservers: lists.nameservers } : {}),
    ...(domain === undefined ? {} : { domain }),
    ...(lists.search.length > 0 ? { search: lists.search } : {}),
    ...(lists.options.length > 0 ? { options: lists.options } : {}),
  }

  function textList(key: string): readonly string[] {
    return document === undefined ? [] : list(document, key, 'a text', anything)
  }
}

function oneOf<const T extends string>(...values: readonly T[]): (text: string) => T | undefined {
  return (text) => values.find((value) => value === text)
}

function parseCidr(text: string): string | undefined {
  const ip = parsePrefix(text)
  return ip === undefined ? undefined : formatPrefix({ ...ip, address: networkAddress(ip) })
}

function parseMac(text: string): string | undefined {
  const mac = text.toLowerCase().replaceAll('-', ':')
  const isGroup = (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1
  const wellFormed = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)
  return wellFormed && !isGroup && mac !== '00:00:00:00:00:00' ? mac : undefined
}

function parseUserId(text: string): number | undefined {
  // The last number, 2^32 - 1, means "nobody" to the kernel.
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1 ? Number(text) : undefined
}

function namespaceRef(text: string): string | undefined {
  return text.includes('\0') || text === '.' || text === '..' ? undefined : text
}
