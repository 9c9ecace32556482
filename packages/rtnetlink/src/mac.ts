/** Returns the six bytes of a MAC address such as `02:00:00:00:00:01`; `undefined` when it is none. */
export function macToBytes(mac: string): Uint8Array | undefined {
  if (!/^([\da-f]{2}:){5}[\da-f]{2}$/i.test(mac)) return undefined
  return Uint8Array.from(mac.split(':'), (pair) => Number.parseInt(pair, 16))
}

export function bytesToMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':')
}
