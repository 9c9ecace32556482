import { closeSync } from 'node:fs'
import { getSystemErrorMap } from 'node:util'
import { err, ok, type Result } from 'neverthrow'
import { viewOf } from './attributes.ts'
import { control, decodeMessages, decodeVerdict, encodeRequest, flags, type Message, type Request } from './message.ts'
import type { Syscalls } from './syscalls.ts'

/** Why a request was not fulfilled. */
export interface NetlinkError {
  /** Symbolic error number. */
  readonly errno: string
  /** The kernel's words, or the usual ones for the number. */
  readonly message: string
}

/** A route netlink socket, in the namespace that it was opened in (netlink(7), rtnetlink(7)). */
export interface NetlinkSocket {
  /** Sends a request and waits for its acknowledgement. Gives what the kernel has answered beside it. */
  readonly request: (request: Request) => Result<readonly Message[], NetlinkError>
  /**
   * Sends a request for a list, and gives it.
   *
   * @param enough called with what has arrived; the rest is not read once it says so, and the socket can only be closed
   */
  readonly dump: (
    request: Request,
    enough?: (messages: readonly Message[]) => boolean,
  ) => Result<readonly Message[], NetlinkError>
  readonly close: () => void
}

const AF_NETLINK = 16
const SOCK_RAW = 3
const SOCK_CLOEXEC = 0o2000000
const NETLINK_ROUTE = 0
const SOL_SOCKET = 1
const SO_RCVTIMEO = 20
const SOL_NETLINK = 270
const NETLINK_CAP_ACK = 10
const NETLINK_EXT_ACK = 11
const NETLINK_GET_STRICT_CHK = 12
/** Return the real length, even if it does not fit. */
const MSG_TRUNC = 0x20

/** The kernel sends lists in pieces of 32 KiB at most. */
const bufferLength = 65_536
/** In seconds. The kernel answers within the request; only a request of somebody else's can keep it waiting. */
const timeLimit = 20
/** How often a list is asked for again that has changed while it was read. */
const attempts = 10

/** Opens a socket in the namespace that the calling thread is in. */
export function openSocket(syscalls: Syscalls): Result<NetlinkSocket, NetlinkError> {
  const descriptor = syscalls.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)
  if (descriptor < 0) return err(errorOf(-descriptor))
  const on = u32(1)
  const options = [
    [SOL_NETLINK, NETLINK_EXT_ACK, on],
    [SOL_NETLINK, NETLINK_CAP_ACK, on],
    [SOL_NETLINK, NETLINK_GET_STRICT_CHK, on],
    [SOL_SOCKET, SO_RCVTIMEO, seconds(timeLimit)],
  ] as const
  for (const [level, option, value] of options) {
    const set = syscalls.setsockopt(descriptor, level, option, value)
    if (set < 0) {
      closeSync(descriptor)
      return err(errorOf(-set))
    }
  }
  return ok(socketOf(syscalls, descriptor))
}

function socketOf(syscalls: Syscalls, descriptor: number): NetlinkSocket {
  const buffer = new Uint8Array(bufferLength)
  let sequence = 0

  const send = (request: Request): Result<number, NetlinkError> => {
    sequence = (sequence + 1) >>> 0
    const sent = syscalls.send(descriptor, encodeRequest(request, sequence))
    return sent < 0 ? err(errorOf(-sent)) : ok(sequence)
  }

  /** The next messages that answer a request. */
  const receive = (expected: number): Result<readonly Message[], NetlinkError> => {
    for (;;) {
      const length = syscalls.recv(descriptor, buffer, MSG_TRUNC)
      if (length < 0) return err(errorOf(-length))
      if (length > buffer.length) return err({ errno: 'EMSGSIZE', message: `an answer has ${length} bytes` })
      // A copy, since the buffer is used again.
      const messages = decodeMessages(buffer.slice(0, length))
      if (messages === undefined)
        return err({ errno: 'EBADMSG', message: 'the answer does not consist of whole messages' })
      const answers = messages.filter((message) => message.sequence === expected && message.type !== control.noop)
      if (answers.length > 0) return ok(answers)
    }
  }

  const request: NetlinkSocket['request'] = (wanted) =>
    send({ ...wanted, flags: wanted.flags | flags.acknowledge }).andThen((expected) => {
      const answers: Message[] = []
      for (;;) {
        const received = receive(expected)
        if (received.isErr()) return err(received.error)
        for (const message of received.value) {
          if (message.type !== control.error) answers.push(message)
          else {
            const { errno, words } = decodeVerdict(message)
            return errno === 0 ? ok(answers) : err(errorOf(errno, words))
          }
        }
      }
    })

  const readList = (
    expected: number,
    enough: (messages: readonly Message[]) => boolean,
  ): Result<List, NetlinkError> => {
    const messages: Message[] = []
    let interrupted = false
    for (;;) {
      const received = receive(expected)
      if (received.isErr()) return err(received.error)
      for (const message of received.value) {
        interrupted ||= (message.flags & flags.dumpInterrupted) !== 0
        if (message.type === control.done || message.type === control.error) {
          const { errno, words } = decodeVerdict(message)
          return errno === 0 ? ok({ messages, interrupted }) : err(errorOf(errno, words))
        }
        messages.push(message)
      }
      if (!interrupted && enough(messages)) return ok({ messages, interrupted })
    }
  }

  const dump: NetlinkSocket['dump'] = (wanted, enough = () => false) => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const sent = send(wanted)
      if (sent.isErr()) return err(sent.error)
      const list = readList(sent.value, enough)
      if (list.isErr()) return err(list.error)
      if (!list.value.interrupted) return ok(list.value.messages)
    }
    return err({ errno: 'EINTR', message: `the list changed while it was read, ${attempts} times` })
  }

  return { request, dump, close: () => closeSync(descriptor) }
}

interface List {
  readonly messages: readonly Message[]
  /** Whether it changed while it was read: something may be missing, or there twice. */
  readonly interrupted: boolean
}

function errorOf(errno: number, words?: string): NetlinkError {
  const [name, usualWords] = otherErrors[errno] ?? getSystemErrorMap().get(-errno) ?? [`E${errno}`, `error ${errno}`]
  return { errno: name, message: words ?? usualWords }
}

/** Errors of Linux that Node.js has no name for, or another one (asm-generic/errno.h). */
const otherErrors: Readonly<Record<number, readonly [name: string, words: string]>> = {
  54: ['EXFULL', 'exchange full'],
  95: ['EOPNOTSUPP', 'operation not supported'],
}

function u32(value: number): Uint8Array {
  const buffer = new Uint8Array(4)
  viewOf(buffer).setUint32(0, value, true)
  return buffer
}

/** struct timeval of 64-bit Linux */
function seconds(value: number): Uint8Array {
  const buffer = new Uint8Array(16)
  viewOf(buffer).setBigInt64(0, BigInt(value), true)
  return buffer
}
