import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from './compile.ts'
import { type Contestant, floor } from './contestants.ts'

/** Sends each of its arguments to the kernel, a netlink message in hexadecimal digits, and waits for the answer. */
const source = `
import { dlopen } from 'bun:ffi'
const { socket, send, recv } = dlopen('libc.so.6', {
  socket: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
  send: { args: ['i32', 'ptr', 'u64', 'i32'], returns: 'i32' },
  recv: { args: ['i32', 'ptr', 'u64', 'i32'], returns: 'i32' },
}).symbols
const descriptor = socket(16, 3, 0)
const answer = new Uint8Array(4096)
let failed = false
for (const digits of process.argv.slice(2)) {
  const message = Uint8Array.fromHex(digits)
  send(descriptor, message, message.length, 0)
  recv(descriptor, answer, answer.length, 0)
  failed ||= answer[16] !== 0
}
process.exit(failed ? 1 : 0)
`

/**
 * The least that a DEL can take in the engine that vpc-bridge is compiled with: its two messages, made beforehand. Nothing is
 * read, asked or checked.
 *
 * @param directory for the program
 */
export async function twoMessages(directory: string): Promise<Pick<Contestant, 'name' | 'add' | 'del'>> {
  const sourceFile = join(directory, 'two-messages.js')
  writeFileSync(sourceFile, source)
  const file = await compile(sourceFile, join(directory, 'two-messages'))
  return {
    name: 'two messages',
    add: floor.add,
    del: (_, { id, address }) => [{ file, args: [deleteRoute(address), deleteLink(id)], input: '' }],
  }
}

/** RTM_DELROUTE of the route to an IPv4 address in the main table (rtnetlink(7)). */
function deleteRoute(address: string): string {
  const header = [2, 32, 0, 0, 254, 0, 255, 0, 0, 0, 0, 0]
  return message(25, [...header, ...attribute(1, address.split('.').map(Number))])
}

/** RTM_DELLINK of the link of that name. */
function deleteLink(name: string): string {
  return message(17, [...new Array<number>(16).fill(0), ...attribute(3, [...Buffer.from(`${name}\0`)])])
}

/** A request that is to be acknowledged (netlink(7)). */
function message(type: number, body: readonly number[]): string {
  const header = Buffer.alloc(16)
  header.writeUInt32LE(header.length + body.length, 0)
  header.writeUInt16LE(type, 4)
  header.writeUInt16LE(0x1 | 0x4, 6)
  return Buffer.concat([header, Buffer.from(body)]).toString('hex')
}

function attribute(type: number, value: readonly number[]): readonly number[] {
  const padding = new Array<number>(-value.length & 3).fill(0)
  return [value.length + 4, 0, type, 0, ...value, ...padding]
}
