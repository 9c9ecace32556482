import { setTimeout as sleep } from 'node:timers/promises'
import { openFlags } from '@vpc-bridge/runtime'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'

/** An echo request that is to be answered. */
export interface Echo {
  /** Path of the network namespace that it is sent from. */
  readonly from: string
  readonly to: string
}

const { open, close, setns, socket, connect, send, recv } = nodeSyscalls()

// linux/sched.h, asm-generic/socket.h and linux/in.h, linux/icmp.h, linux/icmpv6.h
const CLONE_NEWNET = 0x40000000
const SOCK_RAW_NONBLOCK_CLOEXEC = 3 | openFlags.nonblocking | openFlags.closeOnExec
const AF_INET = { number: 2, protocol: 1, request: 8, reply: 0, offset: 20 } as const
const AF_INET6 = { number: 10, protocol: 58, request: 128, reply: 129, offset: 0 } as const

const familyOf = ({ to }: Echo) => (to.includes(':') ? AF_INET6 : AF_INET)

/**
 * Sends echo requests, again and again, by sockets of this process: child processes would take a hundred times as long.
 *
 * @param timeoutMs how long to wait for the last answer
 * @returns those that were not answered
 */
export async function unanswered<E extends Echo>(echoes: readonly E[], timeoutMs: number): Promise<readonly E[]> {
  const end = performance.now() + timeoutMs
  let waiting = echoes
  while (waiting.length > 0 && performance.now() < end) {
    const sent = waiting.map((echo) => ({ echo, socket: request(echo) }))
    const answered = new Set<E>()
    const next = performance.now() + resendMs
    while (answered.size < sent.length && performance.now() < next) {
      for (const each of sent)
        if (!answered.has(each.echo) && isAnswered(each.echo, each.socket)) answered.add(each.echo)
      await sleep(1)
    }
    for (const each of sent) if (each.socket >= 0) close(each.socket)
    waiting = waiting.filter((each) => !answered.has(each))
  }
  return waiting
}

const resendMs = 150

/** Sends a request. Returns the socket, or a negative number if there is no way there. */
function request(echo: Echo): number {
  const { number, protocol, request: type } = familyOf(echo)
  const descriptor = socketIn(echo.from, () => socket(number, SOCK_RAW_NONBLOCK_CLOEXEC, protocol))
  if (connect(descriptor, socketAddress(echo)) < 0 || send(descriptor, message(type)) < 0) {
    close(descriptor)
    return -1
  }
  return descriptor
}

/** Makes a socket in a namespace: setns(2) moves this thread there, and back before anything else runs on it. */
function socketIn(netns: string, make: () => number): number {
  const own = open('/proc/thread-self/ns/net', openFlags.read | openFlags.closeOnExec)
  const other = open(netns, openFlags.read | openFlags.closeOnExec)
  if (other < 0 || setns(other, CLONE_NEWNET) < 0) throw new Error(`${netns} cannot be entered`)
  const made = make()
  if (setns(own, CLONE_NEWNET) < 0) throw new Error('there is no way back')
  close(other)
  close(own)
  if (made < 0) throw new Error(`no socket in ${netns}: errno ${-made}`)
  return made
}

/** struct sockaddr_in or sockaddr_in6 */
function socketAddress({ to }: Echo): Uint8Array {
  if (!to.includes(':')) return Uint8Array.from([2, 0, 0, 0, ...to.split('.').map(Number), 0, 0, 0, 0, 0, 0, 0, 0])
  const [head = '', tail = ''] = to.split('::')
  const groups = (text: string) =>
    text
      .split(':')
      .filter((each) => each !== '')
      .map((each) => Number.parseInt(each, 16))
  const [first, last] = [groups(head), groups(tail)]
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last]
  return Uint8Array.from([10, 0, 0, 0, 0, 0, 0, 0, ...all.flatMap((each) => [each >> 8, each & 255]), 0, 0, 0, 0])
}

/** An echo request without data (RFC 792); that of IPv6 gets its checksum from the kernel. */
function message(type: number): Uint8Array {
  const checksum = ~((type << 8) + identifier) & 0xffff
  return Uint8Array.from([type, 0, checksum >> 8, checksum & 255, identifier >> 8, identifier & 255, 0, 0])
}

const identifier = process.pid & 0x7fff

function isAnswered(echo: Echo, descriptor: number): boolean {
  if (descriptor < 0) return false
  const { reply, offset } = familyOf(echo)
  const buffer = new Uint8Array(256)
  for (;;) {
    const length = recv(descriptor, buffer, 0)
    if (length < 0) return false
    const from = offset + 4
    if (buffer[offset] === reply && (((buffer[from] ?? 0) << 8) | (buffer[from + 1] ?? 0)) === identifier) return true
  }
}
