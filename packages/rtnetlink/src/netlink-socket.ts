import type { Syscalls } from '@vpc-bridge/runtime'
import { type SystemError, systemError } from '@vpc-bridge/runtime'
import { err, ok, type Result } from 'neverthrow'
import { putU16, putU32 } from './attributes.ts'
import {
  control,
  decodeMessages,
  decodeVerdict,
  encodeRequest,
  flags,
  type Message,
  pickMessages,
  type Request,
} from './message.ts'

/** A route netlink socket, in the namespace that it was opened in (netlink(7), rtnetlink(7)). */
export interface NetlinkSocket {
  /** Sends a request for a change and waits for its acknowledgement. */
  readonly request: (request: Request) => Result<void, SystemError>
  /** Sends a request for one object, and gives it. */
  readonly ask: (request: Request) => Result<Message, SystemError>
  /**
   * Sends a request for a list, and gives it.
   *
   * @param options.enough called with what has arrived; the rest is not read once it says so, and the socket can only be
   * closed
   * @param options.word only what has these four bytes in it, at a multiple of four, is given
   */
  readonly dump: (request: Request, options?: DumpOptions) => Result<readonly Message[], SystemError>
  readonly close: () => void
}

export interface DumpOptions {
  readonly enough?: (messages: readonly Message[]) => boolean
  readonly word?: number | undefined
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
const MSG_DONTWAIT = 0x40
const EINTR = 4
const ENOBUFS = 105

/** To begin with: the kernel sends lists in pieces of 32 KiB, but a link with hundreds of names in one that is longer. */
const bufferLength = 65_536
/** In seconds. The kernel answers within the request; only a request of somebody else's can keep it waiting. */
const timeLimit = 20
/** The most times that an object is asked for that was too long for the buffer. */
const attempts = 10
/**
 * The most times that a list is asked for that changed while it was read. With a thousand links, and dozens of processes that make more, few
 * are read without a change: then it takes a second or two, as every other process has to be fast once.
 */
const listAttempts = 2_000

/** What any socket receives, until it is copied from here, which is before another one receives: an ADD opens two sockets, a DEL four. */
let buffer = new Uint8Array(0)

/** Opens a socket in the namespace that the calling thread is in. */
export function openSocket(syscalls: Syscalls): Result<NetlinkSocket, SystemError> {
  const descriptor = syscalls.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)
  if (descriptor < 0) return err(systemError(-descriptor))
  const on = u32(1)
  // Shorter and better answers, from the kernels that have them: the last one came with Linux 4.20.
  for (const option of [NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK]) {
    syscalls.setsockopt(descriptor, SOL_NETLINK, option, on)
  }
  // To the kernel: what other processes send is refused, and cannot be taken for an answer.
  const connected = syscalls.connect(descriptor, kernelAddress())
  const prepared =
    connected < 0 ? connected : syscalls.setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, seconds(timeLimit))
  if (prepared >= 0) return ok(socketOf(syscalls, descriptor))
  syscalls.close(descriptor)
  return err(systemError(-prepared))
}

function socketOf(syscalls: Syscalls, descriptor: number): NetlinkSocket {
  let sequence = 0

  const send = (request: Request): Result<number, SystemError> => {
    sequence = (sequence + 1) >>> 0
    const sent = syscalls.send(descriptor, encodeRequest(request, sequence))
    return sent < 0 ? err(systemError(-sent)) : ok(sequence)
  }

  const receiveBytes = (receiveFlags: number): number => {
    if (buffer.length < bufferLength) buffer = new Uint8Array(bufferLength)
    for (;;) {
      const length = syscalls.recv(descriptor, buffer, receiveFlags)
      if (length !== -EINTR) return length
    }
  }

  /** Reads what is left of an answer that is of no use any more: until then, the kernel begins no other list. */
  const drain = () => {
    for (;;) {
      const length = receiveBytes(MSG_DONTWAIT)
      // That messages were lost is told once.
      if (length < 0 && length !== -ENOBUFS) return
    }
  }

  /** The next messages that answer a request; none when they did not fit, as they will if they are asked for again. */
  const receive = (expected: number, word?: number): Result<readonly Message[], SystemError> => {
    for (;;) {
      const length = receiveBytes(MSG_TRUNC)
      if (length < 0) return err(systemError(-length))
      if (length > buffer.length) {
        drain()
        buffer = new Uint8Array(length)
        return ok([])
      }
      // Copies, since the buffer is used again.
      const messages =
        word === undefined ? decodeMessages(buffer.slice(0, length)) : pickMessages(buffer.subarray(0, length), word)
      if (messages === undefined)
        return err({ errno: 'EBADMSG', message: 'the answer does not consist of whole messages' })
      const answers: Message[] = []
      for (const message of messages) {
        if (message.type === control.overrun) return err(systemError(ENOBUFS))
        if (message.sequence === expected && message.type !== control.noop) answers.push(message)
      }
      if (answers.length > 0) return ok(answers)
    }
  }

  const request: NetlinkSocket['request'] = (wanted) => {
    const sent = send({ ...wanted, flags: wanted.flags | flags.acknowledge })
    if (sent.isErr()) return err(sent.error)
    for (;;) {
      const received = receive(sent.value)
      if (received.isErr()) return err(received.error)
      for (const message of received.value) if (message.type === control.error) return judged(message)
    }
  }

  // Without an acknowledgement, which would be a second message: the object itself says that all went well.
  const ask: NetlinkSocket['ask'] = (wanted) => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const sent = send(wanted)
      const received = sent.isErr() ? sent : receive(sent.value)
      if (received.isErr()) return err(received.error)
      const [answer] = received.value
      if (answer !== undefined) return answer.type > control.overrun ? ok(answer) : judged(answer).andThen(noObject)
    }
    return err({ errno: 'EMSGSIZE', message: `the answer grew while it was read, ${attempts} times` })
  }

  const readList = (expected: number, { enough, word }: DumpOptions): Result<List, SystemError> => {
    const messages: Message[] = []
    let interrupted = false
    for (;;) {
      const received = receive(expected, word)
      if (received.isErr()) return err(received.error)
      if (received.value.length === 0) return ok({ messages, interrupted: true })
      for (const message of received.value) {
        interrupted ||= (message.flags & flags.dumpInterrupted) !== 0
        if (message.type === control.done || message.type === control.error) {
          return judged(message).map(() => ({ messages, interrupted }))
        }
        messages.push(message)
      }
      if (!interrupted && enough?.(messages)) return ok({ messages, interrupted })
    }
  }

  const dump: NetlinkSocket['dump'] = (wanted, options = {}) => {
    for (let attempt = 0; attempt < listAttempts; attempt += 1) {
      const sent = send(wanted)
      const list = sent.isErr() ? sent : readList(sent.value, options)
      if (list.isErr()) {
        drain()
        return err(list.error)
      }
      if (!list.value.interrupted) return ok(list.value.messages)
    }
    return err({ errno: 'EINTR', message: `the list changed while it was read, ${listAttempts} times` })
  }

  return { request, ask, dump, close: () => void syscalls.close(descriptor) }
}

function judged(message: Message): Result<void, SystemError> {
  const { errno, words } = decodeVerdict(message)
  return errno === 0 ? ok() : err(systemError(errno, words))
}

function noObject(): Result<never, SystemError> {
  return err({ errno: 'EBADMSG', message: 'there is no object in the answer' })
}

interface List {
  readonly messages: readonly Message[]
  /** True when the list changed while it was read: entries may be missing, or in it twice. */
  readonly interrupted: boolean
}

/** struct sockaddr_nl; the port of the kernel is 0. */
function kernelAddress(): Uint8Array {
  const buffer = new Uint8Array(12)
  putU16(buffer, 0, AF_NETLINK)
  return buffer
}

function u32(value: number): Uint8Array {
  const buffer = new Uint8Array(4)
  putU32(buffer, 0, value)
  return buffer
}

/** struct timeval of 64-bit Linux */
function seconds(value: number): Uint8Array {
  const buffer = new Uint8Array(16)
  putU32(buffer, 0, value)
  return buffer
}
