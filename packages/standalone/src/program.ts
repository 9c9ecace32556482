/** Returns bytecode between the marks by which the host knows it: `struct program` in host/main.c. */
export function programOf(bytecode: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(bytecode.length))
  return Buffer.concat([Buffer.from('program<'), length, bytecode, Buffer.from('>program')])
}
