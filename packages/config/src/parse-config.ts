import { err, ok, type Result } from 'neverthrow'
import { containerAddresses } from './container-addresses.ts'
import { dnsOf } from './dns.ts'
import { type Document, documentOf, list, optional, type Warn } from './document.ts'
import { eniSelection } from './eni.ts'
import { gatewaysOf } from './gateways.ts'
import { cidrRule, formatPrefix, parseCidr, parsePrefix, prefixRule } from './ip.ts'
import { ipamOf } from './ipam.ts'
import { mtuOf } from './mtu.ts'
import type { NetworkConfig } from './network-config.ts'
import type { ConfigProblem } from './problem.ts'
import { networkNameOf } from './read-document.ts'
import { macOf, requestsOf } from './requests.ts'

/** AWS VPCs carry jumbo frames. */
const vpcMtu = 9001

/** A command of CNI that is given a network configuration. */
export type Command = 'ADD' | 'CHECK' | 'DEL' | 'GC' | 'STATUS'

/** What comes with a configuration. */
export interface Caller {
  /** CNI_ARGS, taken apart. */
  readonly args?: Readonly<Record<string, string>>
  /** Is told of keys in another case. */
  readonly warn?: Warn
}

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
export function parseConfig(
  value: unknown,
  command: Command = 'ADD',
  { args = {}, warn = () => {} }: Caller = {},
): Result<NetworkConfig, readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = []
  const document = documentOf(value, '', { problems, warn })
  if (document === undefined) return err([{ path: '', found: value, expected: 'a JSON object' }])
  const isRemoval = command === 'DEL' || command === 'GC'
  /** What only an endpoint to be made needs: of a removal, what is wrong with it is forgotten. */
  const making: Document = isRemoval ? { ...document, problems: [] } : document

  const name = networkNameOf(document)
  const eni = eniSelection(document)
  const eniAddresses = list(making, 'eniIPAddresses', prefixRule, parsePrefix)
  const vpcCidrs = list(making, 'vpcCIDRs', cidrRule, parseCidr)
  const bridgeType = optional(document, 'bridgeType', '"L2" or "L3"', oneOf('L2', 'L3')) ?? 'L3'
  const bridgeNetns = optional(document, 'bridgeNetNSPath', 'the name or path of a network namespace', namespaceRef)
  const requests = requestsOf(making, args)
  const ipam = ipamOf(document)
  const isServed = ipam?.type !== 'dhcp'
  if (!isServed && (command === 'ADD' || command === 'STATUS')) {
    problems.push({ path: 'ipam.type', found: 'dhcp', expected: servingRule })
  }
  // With an IPAM plugin it reads what the runtime asks for.
  const stated = containerAddresses(making, ipam === undefined ? requests : [], {
    isNeeded: command === 'ADD' && ipam === undefined,
  })
  const addresses = ipam === undefined ? (stated ?? (isRemoval ? [] : undefined)) : []
  const gateways = gatewaysOf(making, addresses)
  const mac = macOf(requests)
  const mtu = mtuOf(making, vpcMtu)
  const interfaceType = interfaceOf(document, making)
  const serviceCidr = optional(making, 'serviceCIDR', cidrRule, parseCidr)
  const dns = dnsOf(making)

  if (problems.length > 0 || eni === undefined || addresses === undefined) return err(problems)
  return ok({
    name,
    eni,
    eniAddresses: eniAddresses.map((entry) => formatPrefix(entry.value)),
    vpcCidrs: vpcCidrs.map((entry) => entry.value),
    bridgeType,
    ...(bridgeNetns === undefined ? {} : { bridgeNetns }),
    addresses: addresses.map(formatPrefix),
    gateways,
    ...(ipam === undefined || !isServed ? {} : { ipam }),
    ...(mac === undefined ? {} : { mac }),
    mtu,
    interface: interfaceType,
    ...(serviceCidr === undefined ? {} : { serviceCidr }),
    dns,
  })
}

const servingRule =
  'an IPAM plugin that gives addresses before there is an interface, such as "host-local": dhcp asks for them by the container\'s interface, and a VPC answers its own interfaces only'

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
