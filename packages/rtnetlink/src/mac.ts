const macLength = 6

/** `02:00:00:00:00:01` as six bytes; `undefined` when it is not a MAC address. */
export function macToBytes(mac: string): Uint8Array | undefined {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) return undefined
  const bytes = new Uint8Array(macLength)
  for (let n = 0; n < macLength; n += 1) bytes[n] = Number.parseInt(mac.slice(3 * n, 3 * n + 2), 16)
  return bytes
}

export function bytesToMac(bytes: Uint8Array): string {
  let text = ''
  for (let n = 0; n < bytes.length; n += 1)
    text += `${n === 0 ? '' : ':'}${(bytes[n] ?? 0).toString(16).padStart(2, '0')}`
  return text
}
