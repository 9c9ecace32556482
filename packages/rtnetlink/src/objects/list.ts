import type { SystemResult } from '@vpc-bridge/runtime'
import type { Message, Request } from '../message.ts'
import type { DumpOptions, NetlinkSocket } from '../netlink-socket.ts'

/** Returns what is in a list of the kernel's, as far as it can be read. */
export function listOf<T>(
  socket: NetlinkSocket,
  wanted: Request,
  decode: (body: Uint8Array) => T | undefined,
  options: DumpOptions = {},
): SystemResult<readonly T[]> {
  return socket.dump(wanted, options).map((messages) => decoded(messages, decode))
}

/** Reads messages, and leaves out those that are something else. */
export function decoded<T>(messages: readonly Message[], decode: (body: Uint8Array) => T | undefined): readonly T[] {
  return messages.map(({ body }) => decode(body)).filter((item) => item !== undefined)
}
