import type { NetworkConfig } from './network-config.ts'
import { quote } from './quote.ts'

/** A part of a valid configuration that is not implemented. */
export interface Unsupported {
  readonly key: string
  readonly value: string
}

type Rule = (config: NetworkConfig) => readonly Unsupported[]

const l2: Rule = ({ bridgeType }) => (bridgeType === 'L2' ? [{ key: 'bridgeType', value: bridgeType }] : [])

const tap: Rule = (config) => (config.interface.type === 'tap' ? [{ key: 'interfaceType', value: 'tap' }] : [])

const bridgeNetns: Rule = (config) =>
  config.bridgeNetns === undefined ? [] : [{ key: 'bridgeNetNSPath', value: config.bridgeNetns }]

/** One rule for each part that is missing, to be deleted when the part is there. */
const rules: readonly Rule[] = [l2, tap, bridgeNetns]

/** What of a configuration is not supported yet; empty when all of it is. */
export function unsupportedIn(config: NetworkConfig): readonly Unsupported[] {
  return rules.flatMap((rule) => rule(config))
}

/** One line for people: `ipAddresses "fd00::2/64" is not supported yet`. */
export function describeUnsupported({ key, value }: Unsupported): string {
  return `${key} ${quote(value)} is not supported yet`
}
