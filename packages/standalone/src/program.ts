/** Returns bytecode between the marks by which the host knows it: `struct program` in host/main.c. */
export function programOf(bytecode: Uint8Array): Uint8Array {
  // The next program begins behind it, with a number.
  const padding = Buffer.alloc(-bytecode.length & 7)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(bytecode.length + padding.length))
  return Buffer.concat([Buffer.from('program<'), length, bytecode, padding, Buffer.from('>program')])
}
