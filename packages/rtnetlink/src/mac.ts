const macLength = 6

/** `02:00:00:00:00:01` as six bytes; `undefined` when it is not a MAC address. */
export function macToBytes(mac: string): Uint8Array | undefined {
  const pairs = mac.split(':')
  if (pairs.length !== macLength) return undefined
  const bytes = new Uint8Array(macLength)
  for (let n = 0; n < macLength; n += 1) {
    const number = Number.parseInt(pairs[n] ?? '', 16)
    if (pairOf(number & 0xff) !== pairs[n]?.toLowerCase()) return undefined
    bytes[n] = number
  }
  return bytes
}

export function bytesToMac(bytes: Uint8Array): string {
  let text = ''
  for (let n = 0; n < bytes.length; n += 1) text += `${n === 0 ? '' : ':'}${pairOf(bytes[n] ?? 0)}`
  return text
}

/** Two hexadecimal digits. */
function pairOf(byte: number): string {
  return `${byte < 16 ? '0' : ''}${byte.toString(16)}`
}
