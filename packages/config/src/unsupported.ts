import type { NetworkConfig } from './network-config.ts'

/** A part of a valid configuration that is not implemented. */
export interface Unsupported {
  readonly key: string
  readonly value: string
}

/** What of a configuration is not supported yet; empty when all of it is. */
export function unsupportedIn(config: NetworkConfig): readonly Unsupported[] {
  const inet6 = config.addresses.filter((address) => address.includes(':'))
  return [
    ...(config.bridgeType === 'L2' ? [{ key: 'bridgeType', value: 'L2' }] : []),
    ...(config.interface.type === 'tap' ? [{ key: 'interfaceType', value: 'tap' }] : []),
    ...(config.bridgeNetns === undefined ? [] : [{ key: 'bridgeNetNSPath', value: config.bridgeNetns }]),
    ...inet6.map((value) => ({ key: 'ipAddresses', value })),
  ]
}

/** One line for people: `ipAddresses "fd00::2/64" is not supported yet`. */
export function describeUnsupported({ key, value }: Unsupported): string {
  return `${key} ${JSON.stringify(value)} is not supported yet`
}
