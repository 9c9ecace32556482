import type { Family } from '@vpc-bridge/kernel'

/** Whether an address, or a prefix, is one of IPv6. */
export function isInet6(text: string): boolean {
  return text.includes(':')
}

/** An address without its prefix length: `192.168.1.43/24` gives `192.168.1.43`. */
export function hostOf(address: string): string {
  const slash = address.indexOf('/')
  return slash === -1 ? address : address.slice(0, slash)
}

/** The prefix of an address alone: `192.168.1.43/24` gives `192.168.1.43/32`. */
export function hostPrefix(address: string): string {
  return `${hostOf(address)}${isInet6(address) ? '/128' : '/32'}`
}

/** The IP versions of addresses. */
export function familiesOf(addresses: readonly string[]): readonly Family[] {
  const has = (inet6: boolean) => addresses.some((address) => isInet6(address) === inet6)
  return [...(has(false) ? (['inet'] as const) : []), ...(has(true) ? (['inet6'] as const) : [])]
}
