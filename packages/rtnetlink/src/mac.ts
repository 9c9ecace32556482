/** `02:00:00:00:00:01` as six bytes; `undefined` when it is not a MAC address. */
export function macToBytes(mac: string): Uint8Array | undefined {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) return undefined
  return Uint8Array.from(mac.split(':'), (pair) => Number.parseInt(pair, 16))
}

export function bytesToMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':')
}
