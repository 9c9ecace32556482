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

/** AWS VPCs carry jumbo frames. */
const vpcMtu = 9001

/** A command of CNI that is given a network configuration. */
export type Command = 'ADD' | 'CHECK' | 'DEL' | 'GC' | 'STATUS'

/**
 * Reads a network configuration as far as a command needs it. Keys that it does not know are ignored, as the CNI specification
 * demands.
 *
 * Every command needs `name` and the ENI, which tell one network from another. ADD needs an address besides, unless an IPAM
 * plugin gives it; CHECK has those of prevResult, DEL and GC those of the records, and STATUS is about no container. DEL and GC
 * do not look at what only the making of an endpoint needs: a wrong MTU must not keep a container from being removed.
 *
 * @param value the parsed JSON document
 * @returns the configuration, or everything that is wrong with it
 */
export function parseConfig(value: unknown, command: Command = 'ADD'): Result<NetworkConfig, readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = []
  const document = documentOf(value, '', problems)
  if (document === undefined) return err([{ path: '', found: value, expected: 'a JSON object' }])
  const isRemoval = command === 'DEL' || command === 'GC'
  /** What only an endpoint to be made needs: of a removal, what is wrong with it is forgotten. */
  const making: Document = isRemoval ? { ...document, problems: [] } : document

  const name = required(document, 'name', networkNameRule, (text) => (isNetworkName(text) ? text : undefined))
  const eni = eniSelection(document)
  const eniAddresses = list(making, 'eniIPAddresses', prefixRule, parsePrefix)
  const vpcCidrs = list(making, 'vpcCIDRs', cidrRule, parseCidr)
  const bridgeType = optional(document, 'bridgeType', '"L2" or "L3"', oneOf('L2', 'L3')) ?? 'L3'
  const bridgeNetns = optional(document, 'bridgeNetNSPath', 'the name or path of a network namespace', namespaceRef)
  const runtimeConfig = runtimeConfigOf(making)
  const ipam = ipamOf(document)
  const stated = containerAddresses(making, runtimeConfig, {
    isNeeded: command === 'ADD' && ipam === undefined,
  })
  // What the runtime asks for, the IPAM plugin gets to read, too.
  const addresses = ipam === undefined ? (stated ?? (isRemoval ? [] : undefined)) : []
  const gateways = gatewaysOf(making, addresses)
  const mac = runtimeConfig === undefined ? undefined : optional(runtimeConfig, 'mac', macRule, parseMac)
  const mtu = mtuOf(making, vpcMtu)
  const interfaceType = interfaceOf(document, making)
  const serviceCidr = optional(making, 'serviceCIDR', cidrRule, parseCidr)
  const dns = dnsOf(making)

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

function interfaceOf(document: Document, making: Document): NetworkConfig['interface'] {
  const type = optional(document, 'interfaceType', '"veth" or "tap"', oneOf('veth', 'tap')) ?? 'veth'
  const userId = optional(making, 'tapUserID', 'the number of a user in a text, such as "1000"', parseUserId) ?? 0
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
