import { err, ok, type Result } from 'neverthrow'
import { containerAddresses } from './container-addresses.ts'
import { dnsOf } from './dns.ts'
import { type Document, documentOf, list, optional, required } from './document.ts'
import { eniSelection, macRule, parseMac } from './eni.ts'
import { gatewaysOf } from './gateways.ts'
import { cidrRule, formatPrefix, parseCidr, parsePrefix, prefixRule } from './ip.ts'
import { ipamOf } from './ipam.ts'
import { mtuOf } from './mtu.ts'
import { isNetworkName, networkNameRule } from './names.ts'
import type { NetworkConfig } from './network-config.ts'
import type { ConfigProblem } from './problem.ts'
import { runtimeConfigOf } from './runtime-config.ts'

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

  const name = required(document, 'name', networkNameRule, (text) => (isNetworkName(text) ? text : undefined))
  const eni = eniSelection(document)
  const eniAddresses = list(document, 'eniIPAddresses', prefixRule, parsePrefix)
  const vpcCidrs = list(document, 'vpcCIDRs', cidrRule, parseCidr)
  const bridgeType = optional(document, 'bridgeType', '"L2" or "L3"', oneOf('L2', 'L3')) ?? 'L3'
  const bridgeNetns = optional(document, 'bridgeNetNSPath', 'the name or path of a network namespace', namespaceRef)
  const runtimeConfig = runtimeConfigOf(document)
  const ipam = ipamOf(document)
  const stated = containerAddresses(document, runtimeConfig, { isNeeded: ipam === undefined })
  // What the runtime asks for, the IPAM plugin gets to read, too.
  const addresses = ipam === undefined ? stated : []
  const gateways = gatewaysOf(document, addresses)
  const mac = runtimeConfig === undefined ? undefined : optional(runtimeConfig, 'mac', macRule, parseMac)
  const mtu = mtuOf(document)
  const interfaceType = interfaceOf(document)
  const serviceCidr = optional(document, 'serviceCIDR', cidrRule, parseCidr)
  const dns = dnsOf(document)

  if (problems.length > 0 || name === undefined || eni === undefined || addresses === undefined) return err(problems)
  return ok({
    name,
    eni,
    eniAddresses: eniAddresses.map((entry) => formatPrefix(entry.value)),
    vpcCidrs: vpcCidrs.map((entry) => entry.value),
    bridgeType,
    ...(bridgeNetns === undefined ? {} : { bridgeNetns }),
    addresses: addresses.map(formatPrefix),
    gateways,
    ...(ipam === undefined ? {} : { ipam }),
    ...(mac === undefined ? {} : { mac }),
    mtu,
    interface: interfaceType,
    ...(serviceCidr === undefined ? {} : { serviceCidr }),
    dns,
  })
}

function interfaceOf(document: Document): NetworkConfig['interface'] {
  const type = optional(document, 'interfaceType', '"veth" or "tap"', oneOf('veth', 'tap')) ?? 'veth'
  const userId = optional(document, 'tapUserID', 'the number of a user in a text, such as "1000"', parseUserId) ?? 0
  return type === 'veth' ? { type } : { type, userId }
}

function oneOf<const T extends string>(...values: readonly T[]): (text: string) => T | undefined {
  return (text) => values.find((value) => value === text)
}

function parseUserId(text: string): number | undefined {
  // The last number, 2^32 - 1, means "nobody" to the kernel.
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1 ? Number(text) : undefined
}

function namespaceRef(text: string): string | undefined {
  return text.includes('\0') || text === '.' || text === '..' ? undefined : text
}
