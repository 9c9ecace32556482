import { containerAddresses } from './container-addresses.ts'
import { type Field, type Key, makingOf } from './field.ts'
import { type Gateways, gatewaysOf } from './gateways.ts'
import { formatPrefix } from './ip.ts'
import { ipam } from './ipam.ts'
import { address, addressWithLength, list } from './kind.ts'
import { requestedMac, requests } from './requests.ts'
import { orLeftOut, present, type Schema } from './schema.ts'

/** The addresses of a container: from the configuration, from the runtime, or from an IPAM plugin. */
export interface Addressing {
  /** The IPAM plugin that gives the addresses. */
  readonly ipam?: { readonly type: string }
  /** With the prefix length of their subnet, canonical; none with an IPAM plugin. */
  readonly addresses: readonly string[]
  readonly gateways: Gateways
  /** MAC address that the runtime wants the container's interface to have. */
  readonly mac?: string
}

const ownKeys: readonly Key[] = [
  {
    name: 'ipAddresses',
    about: 'addresses of the container, with prefix length; required for ADD, unless others give them',
    schema: orLeftOut(list(addressWithLength).schema),
  },
  {
    name: 'gatewayIPAddress',
    about: "the router; without it the first address of the container's first IPv4 subnet",
    schema: orLeftOut(address.schema),
  },
]

const inObject = (name: string, schema: Schema): Schema => ({ required: [name], properties: { [name]: schema } })

/** The ways in which addresses come, as far as a file tells of them: CNI_ARGS cannot be seen in it. */
const source: Schema = {
  anyOf: [
    present('ipAddresses'),
    present('ipam'),
    inObject('capabilities', inObject('ips', { const: true })),
    inObject('runtimeConfig', present('ips')),
    inObject('args', inObject('cni', present('ips'))),
  ],
}

/**
 * Declares `ipAddresses`, `gatewayIPAddress` and `ipam`, and what a runtime asks for. Only an ADD needs addresses.
 *
 * @param subnetKeys lists of addresses whose subnets an address that comes without prefix length may be in
 */
export function addressing(subnetKeys: readonly string[]): Field<Addressing> {
  return {
    keys: [...ownKeys, ...ipam.keys, ...requests.keys],
    conditions: [source],
    read: (document, purpose) => {
      const making = makingOf(document, purpose)
      const asked = requests.read(making, purpose)
      const plugin = ipam.read(document, purpose)
      const isNeeded = purpose.command === 'ADD' && plugin === undefined
      // With an IPAM plugin it reads what the runtime asks for.
      const stated = containerAddresses(making, plugin === undefined ? asked : [], { isNeeded, subnetKeys })
      const own = plugin === undefined ? stated : []
      const gateways = gatewaysOf(making, own)
      const mac = requestedMac(asked)
      return {
        ...(plugin === undefined ? {} : { ipam: plugin }),
        addresses: (own ?? []).map(formatPrefix),
        gateways,
        ...(mac === undefined ? {} : { mac }),
      }
    },
  }
}
