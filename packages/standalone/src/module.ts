import { err, ok, type Result } from 'neverthrow'

/** In bytes, with a zero byte at its end. */
const nameSize = 56

/** Returns a module as the host reads it: `struct module` in host/main.c; or why there is none, in a sentence without a subject. */
export function moduleOf(name: string, bytecode: Uint8Array): Result<Uint8Array, string> {
  const header = Buffer.alloc(nameSize + 8)
  if (header.write(name) < Buffer.byteLength(name) || header[nameSize - 1] !== 0) {
    return err(`has a name of more than ${nameSize - 1} bytes`)
  }
  // The next module begins behind it, at an address that 8 divides.
  const padding = Buffer.alloc(-bytecode.length & 7)
  header.writeBigUInt64LE(BigInt(bytecode.length + padding.length), nameSize)
  return ok(Buffer.concat([header, bytecode, padding, Buffer.from('<module>')]))
}
