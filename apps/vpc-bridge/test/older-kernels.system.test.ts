import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { addresses, captureState, ping } from '@vpc-bridge/testbed'
import { describe, expect, onTestFinished, test } from 'vitest'
import { attachmentOf, configOf } from './support/attachment.ts'
import { clock } from './support/clock.ts'
import { type Execution, program, succeed } from './support/runtime.ts'
import { scratchDirectory } from './support/scratch-directory.ts'
import { useWorld } from './support/use-world.ts'
import { add, checkEndpoint, del } from './support/walks.ts'

/*
 * Kernels since 4.14 lack what came later. Each of it is refused here in turn, as such a kernel refuses it: an ADD does without, and
 * its DEL leaves nothing.
 */

/** A world, and the commands of the experiment in a mode. */
async function useMode(mode: string) {
  const world = await useWorld()
  const away = await world.addContainer('away')
  const state = () => Promise.all([world.host, world.blue, away].map(captureState))
  const request: Omit<Execution, 'command'> = { netns: world.blue, config: configOf(mode, away) }
  const reaches = async () => mode.includes('TAP') || (await ping(world.blue, addresses.beyond))
  return { ...world, away, state, request, reaches }
}

test.each(['L3', 'L2 in another namespace'])(
  '%s needs no option of a netlink socket, and no call that came after Linux 4.14',
  {
    timeout: 300_000,
  },
  async (mode) => {
    const { host, request, state, reaches } = await useMode(mode)
    const trace = join(await scratchDirectory(), 'trace')
    const traced = ['strace', '-o', trace, '-e', 'trace=setsockopt', ...program]
    const before = await state()
    /** What refuses each option of a command in turn. */
    const refusalsOf = async (command: 'ADD' | 'DEL') => {
      await succeed(traced, host, { command, ...request })
      const lines = (await readFile(trace, 'utf8')).split('\n').filter((line) => line.startsWith('setsockopt('))
      const options = lines.flatMap((line, n) => (line.includes('SOL_NETLINK') ? [n + 1] : []))
      return ['close_range:error=ENOSYS', ...options.map((n) => `setsockopt:error=ENOPROTOOPT:when=${n}`)]
    }
    const [adding, removing] = [await refusalsOf('ADD'), await refusalsOf('DEL')]
    expect(Math.min(adding.length, removing.length)).toBeGreaterThan(3)
    const refusing = (refusal = 'close_range:error=ENOSYS') =>
      ['strace', '-o', '/dev/null', '-e', `inject=${refusal}`, ...program] as const
    for (let n = 0; n < Math.max(adding.length, removing.length); n += 1) {
      await succeed(refusing(adding[n]), host, { command: 'ADD', ...request })
      expect(await reaches(), adding[n]).toBe(true)
      await succeed(refusing(removing[n]), host, { command: 'DEL', ...request })
      expect(await state(), removing[n]).toEqual(before)
    }
  },
)

describe.each(['L3', 'L3 in another namespace', 'L2, TAP'])('%s', (mode) => {
  test.each(Object.entries(newer))('needs no %s', { timeout: 120_000 }, async (_, { messages, attribute }) => {
    const { host: path, blue, away, state, reaches } = await useMode(mode)
    const before = await state()
    const syscalls = nodeSyscalls()
    const send: typeof syscalls.send = (descriptor, message) => {
      const type = new DataView(message.buffer, message.byteOffset).getUint16(4, true)
      const sent = messages.includes(type) ? refused(message, attribute) : message
      return syscalls.send(descriptor, sent)
    }
    const kernel = createRtnetlinkKernel({ ...syscalls, send }, { macTranslator: nftTranslator(nodeRuntime()) })
    onTestFinished(() => kernel.close())
    const host = (await kernel.open(path))._unsafeUnwrap()
    ;(await add(host, attachmentOf(mode, blue, away), { clock }))._unsafeUnwrap()
    expect(await reaches()).toBe(true)
    const compared = (await checkEndpoint(host, attachmentOf(mode, blue, away), () => true))._unsafeUnwrap()
    expect(compared === 'not connected' ? [compared] : compared.flatMap(({ drift }) => drift)).toEqual([])
    ;(await del(host, attachmentOf(mode, blue, away), { clock }))._unsafeUnwrap()
    expect(await state()).toEqual(before)
  })
})

/** Of messages of these types, all of it, or an attribute. */
interface Newer {
  readonly messages: readonly number[]
  /** Absent: a kernel knows no such message. */
  readonly attribute?: {
    readonly type: number
    /** Where attributes begin in the message, in bytes. */
    readonly start: number
  }
}

/** linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, linux/fib_rules.h; each with the kernel that it came with. */
const newer: Readonly<Record<string, Newer>> = {
  'alternative names (5.5)': { messages: [108, 109] },
  'metrics of addresses (4.18)': { messages: [20], attribute: { type: 9, start: 24 } },
  'origins of addresses (5.18)': { messages: [20], attribute: { type: 11, start: 24 } },
  'origins of rules (4.17)': { messages: [32], attribute: { type: 21, start: 28 } },
}

/** A message as a kernel has it that does not know the type, or skips the attribute: by another number, which no kernel knows. */
function refused(message: Uint8Array, attribute: Newer['attribute']): Uint8Array {
  const copy = message.slice()
  const view = new DataView(copy.buffer)
  if (attribute === undefined) {
    view.setUint16(4, 0xfff0, true)
    return copy
  }
  for (let at = attribute.start; at + 4 <= copy.length; ) {
    const length = view.getUint16(at, true)
    if (view.getUint16(at + 2, true) === attribute.type) view.setUint16(at + 2, 0x3ff0, true)
    at += Math.max(4, (length + 3) & ~3)
  }
  return copy
}
