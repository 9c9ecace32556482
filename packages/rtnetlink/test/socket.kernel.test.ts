import { readFileSync } from 'node:fs'
import { openFlags } from '@vpc-bridge/runtime'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { createScratch } from '@vpc-bridge/testbed'
import { expect, onTestFinished, test } from 'vitest'
import { getLinks } from '../src/link-message.ts'
import { encodeRequest } from '../src/message.ts'
import { openSocket } from '../src/netlink-socket.ts'

const syscalls = nodeSyscalls()
const CLONE_NEWNET = 0x40000000
const ECONNREFUSED = 111

/** What a socket of the driver is like in an empty network namespace, in which the thread is until the test is over. */
async function enterScratch() {
  const scratch = await createScratch('socket')
  onTestFinished(() => scratch.destroy())
  const home = syscalls.open('/proc/self/ns/net', openFlags.closeOnExec)
  const descriptor = syscalls.open(await scratch.newNetns(), openFlags.closeOnExec)
  expect(syscalls.setns(descriptor, CLONE_NEWNET)).toBe(0)
  // Before what was registered earlier: the last comes first.
  onTestFinished(() => {
    expect(syscalls.setns(home, CLONE_NEWNET)).toBe(0)
    syscalls.close(home)
    syscalls.close(descriptor)
  })
}

/** struct sockaddr_nl */
function addressOf(port: number): Uint8Array {
  const buffer = new Uint8Array(12)
  const view = new DataView(buffer.buffer)
  view.setUint16(0, 16, true)
  view.setUint32(4, port, true)
  return buffer
}

test('what is sent by somebody else than the kernel is refused', async () => {
  await enterScratch()
  const socket = openSocket(syscalls)._unsafeUnwrap()
  onTestFinished(socket.close)
  const [port] = readFileSync('/proc/thread-self/net/netlink', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, protocol, port]) => (protocol === '0' && port !== '0' ? [Number(port)] : []))
  const forger = syscalls.socket(16, 3, 0)
  onTestFinished(() => void syscalls.close(forger))
  expect(syscalls.connect(forger, addressOf(port ?? 0))).toBe(0)
  const forged = encodeRequest({ type: 2, flags: 0, body: new Uint8Array(20) }, 1)
  expect(syscalls.send(forger, forged)).toBe(-ECONNREFUSED)
  expect(socket.dump(getLinks())._unsafeUnwrap()).toHaveLength(1)
})
