import { canonicalPrefix } from './ip-bytes.ts'
import type { Family } from './state.ts'

/** Returns true for an address, or a prefix, of IPv6. */
export function isInet6(text: string): boolean {
  return text.includes(':')
}

/** Returns the IP version of an address, or of a prefix. */
export function familyOf(text: string): Family {
  return isInet6(text) ? 'inet6' : 'inet'
}

/** The destination of the default routes. */
export const defaultDestination = { inet: '0.0.0.0/0', inet6: '::/0' } as const satisfies Record<Family, string>

/** Returns true for the destination of a default route. */
export function isDefaultDestination(destination: string): boolean {
  return destination === defaultDestination.inet || destination === defaultDestination.inet6
}

/** Returns an address without its prefix length: `192.168.1.43/24` gives `192.168.1.43`. */
export function hostOf(address: string): string {
  const slash = address.indexOf('/')
  return slash === -1 ? address : address.slice(0, slash)
}

/** Returns the prefix of an address alone: `192.168.1.43/24` gives `192.168.1.43/32`. */
export function hostPrefix(address: string): string {
  return `${hostOf(address)}${isInet6(address) ? '/128' : '/32'}`
}

/** Returns the subnet of an address with its prefix length: `192.168.1.43/24` gives `192.168.1.0/24`. The text must be an address. */
export function subnetOf(address: string): string {
  return canonicalPrefix(address) ?? address
}

/** Returns the IP versions of addresses. */
export function familiesOf(addresses: readonly string[]): readonly Family[] {
  const has = (inet6: boolean) => addresses.some((address) => isInet6(address) === inet6)
  return [...(has(false) ? (['inet'] as const) : []), ...(has(true) ? (['inet6'] as const) : [])]
}
