/*
 * A standalone executable, not a file of the test runner: has the driver read what the kernel answers, bent at random. Prints how
 * often it was content, and how often it refused; nothing may be thrown.
 */
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import { createRtnetlinkKernel } from '../src/index.ts'

const runtime = standaloneRuntime()
const [seed = '1', rounds = '1'] = runtime.args
const syscalls = standaloneSyscalls()
const MSG_DONTWAIT = 0x40

let state = Number(seed)
/** Returns an integer from 0 to below the limit: the same ones for the same seed. */
function random(limit: number): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
  return Math.floor((state / 2 ** 32) * limit)
}

/** Lengths and types that are near the edge of something. */
const edges = [0, 1, 3, 4, 5, 15, 16, 17, 0x7f, 0x80, 0x7fff, 0x8000, 0xfffe, 0xffff]

function bend(bytes: Uint8Array): void {
  for (let n = random(4); n > 0; n -= 1) {
    const at = random(bytes.length)
    const edge = edges[random(edges.length)] ?? 0
    if (random(2) === 0) bytes[at] = random(256)
    else bytes.set([edge & 0xff, edge >> 8].slice(0, bytes.length - at), at)
  }
}

const kernel = createRtnetlinkKernel({
  ...syscalls,
  // What was made to look like an answer to nobody is not waited for.
  recv: (descriptor, buffer, flags) => {
    const length = syscalls.recv(descriptor, buffer, flags | MSG_DONTWAIT)
    if (length <= 0 || random(4) === 0) return length
    const given = Math.min(length, buffer.length)
    bend(buffer.subarray(0, given))
    return random(8) === 0 ? random(given) : length
  },
})

const netns = (await kernel.open('/proc/self/ns/net'))._unsafeUnwrap()
let content = 0
let refused = 0
for (let round = 0; round < Number(rounds); round += 1) {
  for (const look of [
    netns.links(),
    netns.links({ limit: 1 }),
    netns.link('lo'),
    netns.addresses(),
    netns.addresses('lo'),
    netns.routes({ family: 'inet', tables: 'all' }),
    netns.rules('inet'),
    netns.routes({ family: 'inet6', dev: 'lo' }),
    netns.neighbours(),
    netns.neighbours('lo'),
    netns.change({ do: 'set link', name: 'lo', set: { up: true } }),
  ]) {
    const result = await look
    if (result.isOk()) content += 1
    else refused += 1
  }
}
kernel.close()
runtime.files.write(1, `${JSON.stringify({ content, refused })}\n`)
