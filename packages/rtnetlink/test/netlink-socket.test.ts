import type { Syscalls } from '@vpc-bridge/runtime'
import { describe, expect, test } from 'vitest'
import { control, encodeRequest, flags } from '../src/message.ts'
import { openSocket } from '../src/netlink-socket.ts'
import { concat } from './concat.ts'

const [EINTR, EAGAIN, EBUSY, ENOBUFS] = [4, 11, 16, 105]
const MSG_DONTWAIT = 0x40
const newLink = 16
const wanted = { type: 18, flags: flags.request | flags.dump, body: new Uint8Array(16) }

/** What a fake kernel answers: bytes, given what the request's sequence is, or an error number. */
type Answer = number | ((sequence: number) => Uint8Array)

/**
 * A socket on a kernel that answers to each request with what is written for it, one datagram or error after the other, and
 * with EAGAIN when there is no more.
 */
function socketOn(...answers: readonly (readonly Answer[])[]) {
  const { syscalls, log, leftOver } = kernelOn(answers)
  return { socket: openSocket(syscalls)._unsafeUnwrap(), log, leftOver }
}

function kernelOn(answers: readonly (readonly Answer[])[]) {
  const refused = () => {
    throw new Error('not a system call of a socket')
  }
  const queue: Answer[] = []
  let sequence = 0
  const log: string[] = []
  const syscalls: Syscalls = {
    open: refused,
    read: refused,
    write: refused,
    readlink: refused,
    ioctl: refused,
    fchown: refused,
    flock: refused,
    bind: refused,
    setns: refused,
    abort: refused,
    close: () => 0,
    socket: () => 3,
    connect: () => 0,
    setsockopt: () => 0,
    send: (_, buffer) => {
      sequence = new DataView(buffer.buffer).getUint32(8, true)
      log.push(queue.length > 0 ? `sent while ${queue.length} were not read` : 'sent')
      queue.push(...(answers[sequence - 1] ?? []))
      return buffer.length
    },
    recv: (_, buffer, receiveFlags) => {
      const answer = queue.shift()
      if (receiveFlags === MSG_DONTWAIT) log.push('drained')
      if (typeof answer !== 'function') return -(answer ?? EAGAIN)
      const bytes = answer(sequence)
      buffer.set(bytes.subarray(0, buffer.length))
      return bytes.length
    },
  }
  return { syscalls, log, leftOver: () => queue.length }
}

/** A message that answers the request, or another one by so many. */
function message(type: number, body: Uint8Array, { flags: messageFlags = 0, later = 0 } = {}): Answer {
  return (sequence) => encodeRequest({ type, flags: messageFlags, body }, sequence + later)
}

function both(...answers: readonly Answer[]): Answer {
  return (sequence) => concat(answers.flatMap((each) => (typeof each === 'function' ? [each(sequence)] : [])))
}

function verdict(type: number, errno: number): Answer {
  const body = new Uint8Array(20)
  new DataView(body.buffer).setInt32(0, -errno, true)
  return message(type, body)
}

const link = (byte: number) => message(newLink, Uint8Array.of(byte, 0, 0, 0))
const interrupted = message(newLink, Uint8Array.of(9, 0, 0, 0), { flags: flags.dumpInterrupted })
const done = verdict(control.done, 0)
const tooLong: Answer = () => new Uint8Array(70_000)

describe('a list', () => {
  const bytesOf = (result: ReturnType<ReturnType<typeof socketOn>['socket']['dump']>) =>
    result.map((messages) => messages.map(({ body }) => body[0]))

  test('is read to its end, over several datagrams', () => {
    const { socket } = socketOn([both(link(1), link(2)), link(3), done])
    expect(bytesOf(socket.dump(wanted))).toMatchObject({ value: [1, 2, 3] })
  })

  test('that changed is asked for again, again and again, but not for ever', () => {
    const again = socketOn([link(1), interrupted, done], [link(2), both(interrupted, done)], [both(link(3), done)])
    expect(bytesOf(again.socket.dump(wanted))).toMatchObject({ value: [3] })
    const never = socketOn(...Array.from({ length: 2_001 }, () => [both(interrupted, done)]))
    expect(never.socket.dump(wanted)._unsafeUnwrapErr().errno).toBe('EINTR')
    expect(never.log).toHaveLength(2_000)
  })

  test('that changed is noticed where only some messages are wanted', () => {
    const word = 0x00000003
    const { socket } = socketOn([link(1), interrupted, link(3), done], [both(link(1), link(3)), link(2), done])
    expect(bytesOf(socket.dump(wanted, { word }))).toMatchObject({ value: [3] })
  })

  test('ends with an error if its end says so', () => {
    const { socket } = socketOn([link(1), verdict(control.done, EBUSY)])
    expect(socket.dump(wanted)._unsafeUnwrapErr().errno).toBe('EBUSY')
  })

  test('that does not fit is read away, and asked for again', () => {
    const big = message(newLink, new Uint8Array(70_000 - 16).fill(7))
    const { socket, log } = socketOn([link(1), tooLong, link(2), done], [link(1), big, done])
    expect(bytesOf(socket.dump(wanted))).toMatchObject({ value: [1, 7] })
    expect(log).toEqual(['sent', 'drained', 'drained', 'drained', 'sent'])
  })

  test('that fails leaves nothing behind for the next', () => {
    for (const failure of [ENOBUFS, () => new Uint8Array(7), message(control.overrun, new Uint8Array(4))]) {
      const { socket, log } = socketOn([link(1), failure, link(2), ENOBUFS, done], [both(link(3), done)])
      expect(socket.dump(wanted).isErr()).toBe(true)
      expect(bytesOf(socket.dump(wanted))).toMatchObject({ value: [3] })
      expect(log.filter((line) => line.startsWith('sent'))).toEqual(['sent', 'sent'])
    }
  })

  test('is not read further than is enough', () => {
    const { socket, leftOver } = socketOn([link(1), link(2), done])
    expect(bytesOf(socket.dump(wanted, { enough: ({ length }) => length > 0 }))).toMatchObject({ value: [1] })
    expect(leftOver()).toBe(2)
  })
})

describe('a kernel that refuses an option of sockets', () => {
  const [ENOPROTOOPT, SOL_NETLINK] = [92, 270]
  const openedWithout = (isRefused: (level: number) => boolean) => {
    const { syscalls } = kernelOn([[link(1), done]])
    return openSocket({ ...syscalls, setsockopt: (_, level) => (isRefused(level) ? -ENOPROTOOPT : 0) })
  }

  test('is asked without it where the option is one of netlink, which an older kernel lacks', () => {
    const socket = openedWithout((level) => level === SOL_NETLINK)._unsafeUnwrap()
    expect(socket.dump(wanted)._unsafeUnwrap()).toHaveLength(1)
  })

  test('is not asked where the option limits the wait', () => {
    expect(openedWithout((level) => level !== SOL_NETLINK)._unsafeUnwrapErr().errno).toBe('ENOPROTOOPT')
  })
})

describe('an object', () => {
  test('is the answer to its own request, not to an earlier one', () => {
    const { socket } = socketOn([message(newLink, Uint8Array.of(1), { later: -1 }), both(link(2))])
    expect(socket.ask(wanted)._unsafeUnwrap().body[0]).toBe(2)
  })

  test('is waited for when a signal comes in between', () => {
    const { socket } = socketOn([EINTR, link(1)])
    expect(socket.ask(wanted)._unsafeUnwrap().body[0]).toBe(1)
  })

  test('that does not fit is asked for again, not for ever', () => {
    // Longer than what others had before: the sockets have one buffer, which stays.
    const longer = 80_000
    const big = message(newLink, new Uint8Array(longer - 16).fill(7))
    const { socket } = socketOn([() => new Uint8Array(longer)], [big])
    expect(socket.ask(wanted)._unsafeUnwrap().body).toHaveLength(longer - 16)
    const growing = Array.from({ length: 20 }, (_, n) => [(): Uint8Array => new Uint8Array(longer + 1 + n)])
    expect(
      socketOn(...growing)
        .socket.ask(wanted)
        ._unsafeUnwrapErr().errno,
    ).toBe('EMSGSIZE')
  })

  test('is neither the end of a list nor an acknowledgement', () => {
    for (const answer of [done, verdict(control.error, 0)]) {
      expect(socketOn([answer]).socket.ask(wanted)._unsafeUnwrapErr().errno).toBe('EBADMSG')
    }
  })
})

describe('a change', () => {
  test('is done once the kernel says so', () => {
    expect(
      socketOn([verdict(control.error, 0)])
        .socket.request(wanted)
        .isOk(),
    ).toBe(true)
    expect(
      socketOn([verdict(control.error, EBUSY)])
        .socket.request(wanted)
        ._unsafeUnwrapErr().errno,
    ).toBe('EBUSY')
    const late = socketOn([message(control.error, new Uint8Array(20), { later: -1 }), verdict(control.error, EBUSY)])
    expect(late.socket.request(wanted)._unsafeUnwrapErr().errno).toBe('EBUSY')
  })

  test('is not done when the answer is cut short, lost or does not come', () => {
    const cut = message(control.error, new Uint8Array(3))
    const answers: readonly (readonly [Answer, string])[] = [
      [
        (sequence) => concat([typeof cut === 'function' ? cut(sequence) : new Uint8Array(0), new Uint8Array(1)]),
        'EBADMSG',
      ],
      [message(control.overrun, new Uint8Array(0)), 'ENOBUFS'],
      [ENOBUFS, 'ENOBUFS'],
      [EAGAIN, 'EAGAIN'],
    ]
    for (const [answer, errno] of answers) {
      expect(socketOn([answer]).socket.request(wanted)._unsafeUnwrapErr().errno).toBe(errno)
    }
  })
})
