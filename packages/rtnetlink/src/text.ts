import ipaddr from 'ipaddr.js'

/** `02:00:00:00:00:01` as six bytes; `undefined` when it is not a MAC address. */
export function macToBytes(mac: string): Uint8Array | undefined {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) return undefined
  return Uint8Array.from(mac.split(':'), (pair) => Number.parseInt(pair, 16))
}

export function bytesToMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':')
}

/** An address as four or sixteen bytes; `undefined` when it is not one. */
export function addressToBytes(address: string): Uint8Array | undefined {
  return ipaddr.isValid(address) ? Uint8Array.from(ipaddr.parse(address).toByteArray()) : undefined
}

/** Four or sixteen bytes as text, IPv6 as RFC 5952 says. */
export function bytesToAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  return new ipaddr.IPv6([...bytes]).toRFC5952String()
}

/** `10.0.0.0/24` as bytes and length in bits; `undefined` when it is not a prefix. */
export function prefixToBytes(prefix: string): { readonly bytes: Uint8Array; readonly length: number } | undefined {
  const [address = '', length = ''] = prefix.split('/')
  const bytes = addressToBytes(address)
  if (bytes === undefined || !/^\d{1,3}$/.test(length) || Number(length) > bytes.length * 8) return undefined
  return { bytes, length: Number(length) }
}
