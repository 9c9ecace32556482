import { errorCodes, firstOwnErrorCode } from '@vpc-bridge/cni'
import type { CardIdentity } from '@vpc-bridge/link'
import { type EngineFailure, type ErrorRows, engineCodes, engineErrors, errorTable } from '@vpc-bridge/plugin'
import type { BridgeType } from './config/vpc-config.ts'

/** Why a command did not do what it was asked to. An ADD has left nothing behind, unless its rollback says so. */
export type Failure = EngineFailure | OwnFailure

/** A failure that only vpc-bridge has. */
export type OwnFailure =
  | { readonly kind: 'IPv6 in L2'; readonly addresses: readonly string[] }
  | { readonly kind: 'ENI missing'; readonly eni: CardIdentity }
  | {
      readonly kind: 'other bridge type'
      readonly network: string
      readonly found: BridgeType
      readonly wanted: BridgeType
    }
  /** The configuration names another link than the one that a network was made on. */
  | {
      readonly kind: 'other ENI'
      readonly network: string
      readonly found: string
      readonly eni: string
      readonly mac: string
    }
  | { readonly kind: 'foreign bridge'; readonly network: string; readonly link: string }
  | { readonly kind: 'bridge of another'; readonly network: string; readonly link: string; readonly other: string }
  | { readonly kind: 'no Ethernet'; readonly eni: string }
  | { readonly kind: 'ENI in use'; readonly eni: string; readonly by: string }

/** The codes of vpc-bridge's own errors, beside those of the engine. The README explains them. */
const ownCodes = {
  eniMissing: firstOwnErrorCode,
  eniInUse: firstOwnErrorCode + 9,
} as const

const rows: ErrorRows<OwnFailure> = {
  'IPv6 in L2': {
    code: errorCodes.unsupportedField,
    text: ({ addresses }) =>
      `ipAddresses ${JSON.stringify(addresses.join(', '))} with bridgeType "L2" is not supported: L2 carries IPv4 only`,
  },
  'ENI missing': {
    code: ownCodes.eniMissing,
    text: ({ eni }) =>
      eni.by === 'name'
        ? `no network interface is named ${eni.name} (eniName)`
        : `no network interface has the MAC address ${eni.mac} (eniMACAddress)`,
    hint: ({ eni }) =>
      eni.by === 'name'
        ? `"ip link show" lists the interfaces; to experiment: ip link add ${eni.name} type dummy`
        : '"ip link show" lists the interfaces and their MAC addresses',
  },
  'other bridge type': {
    code: errorCodes.invalidConfiguration,
    text: ({ network, found, wanted }) => `the network ${network} is there with bridgeType "${found}", not "${wanted}"`,
  },
  'other ENI': {
    code: errorCodes.invalidConfiguration,
    text: ({ network, mac, eni, found }) =>
      `the network ${network} was made on the ENI with the MAC address ${mac}, which is named ${eni} now; ${found} (eniName) is another interface`,
    hint: ({ eni, found }) => `set eniName to ${eni}; for a network on ${found}, give it another name`,
  },
  'foreign bridge': {
    code: engineCodes.interfaceExists,
    text: ({ link, network }) =>
      `${link} exists, and is not of vpc-bridge: the bridge of the network ${network} is to have that name`,
    hint: ({ link }) => `rename that interface, or remove it: ip link delete ${link}`,
  },
  'bridge of another': {
    code: errorCodes.invalidConfiguration,
    text: ({ link, network, other }) =>
      `${link} is the bridge of the network ${other}, and the bridge of the network ${network} is to have that name`,
    hint: () => 'give the network another name: that of the bridge is made of it',
  },
  'no Ethernet': {
    code: errorCodes.invalidConfiguration,
    text: ({ eni }) => `${eni} has no MAC address: an ENI is an Ethernet interface`,
  },
  'ENI in use': { code: ownCodes.eniInUse, text: ({ eni, by }) => `${eni} is in use by ${by}` },
}

/** All errors, with code, words and hint. */
export const errors = errorTable<Failure>({ ...engineErrors, ...rows }, 'vpc-bridge')

export const { toCniError } = errors
