import { createIproute2Kernel } from '@vpc-bridge/iproute2'
import { failing, type Netns, record } from '@vpc-bridge/kernel'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { captureState } from '@vpc-bridge/testbed'
import { describe, expect, onTestFinished, test } from 'vitest'
import { add } from '../src/add.ts'
import type { Attachment } from '../src/attachment.ts'
import { del } from '../src/del.ts'
import { attachmentIn } from './support/attachment.ts'
import { useWorld } from './support/use-world.ts'

/** A host to try things on, and all of its state, and the container's, as one value. */
interface Stage {
  readonly host: Netns
  readonly blue: string
  readonly state: () => Promise<unknown>
}

async function memoryStage(): Promise<Stage> {
  const kernel = createMemoryKernel()
  for (const path of ['/host', '/blue']) kernel.addNetns(path)
  kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:10' })
  const host = (await kernel.open('/host'))._unsafeUnwrap()
  return { host, blue: '/blue', state: async () => kernel.state() }
}

async function realStage(): Promise<Stage> {
  const world = await useWorld()
  const kernel = createIproute2Kernel()
  onTestFinished(() => kernel.close())
  const host = (await kernel.open(world.host))._unsafeUnwrap()
  return { host, blue: world.blue, state: async () => [await captureState(world.host), await captureState(world.blue)] }
}

/** What is the same in all modes is tried in all. */
const modes: readonly { readonly mode: string; readonly attachment: (netns: string) => Attachment }[] = [
  { mode: 'IPv4', attachment: attachmentIn },
  {
    mode: 'dual stack',
    attachment: (netns) => ({ ...attachmentIn(netns), addresses: ['192.168.1.43/24', 'fd00:1::43/64'] }),
  },
]

const stages = [
  { kernel: 'the in-memory kernel', newStage: memoryStage },
  { kernel: 'the real kernel', newStage: realStage },
]

/** Puts back what a DEL leaves on purpose: the host's switch for IPv6 forwarding. */
async function switchOff(host: Netns): Promise<void> {
  const write = { do: 'write sysctl', path: 'net/ipv6/conf/all/forwarding', value: '0' } as const
  ;(await host.change(write))._unsafeUnwrap()
}

describe.each(stages.flatMap((stage) => modes.map((mode) => ({ ...stage, ...mode }))))(
  '$mode on $kernel',
  ({ newStage, attachment }) => {
    test('an ADD that fails at any operation leaves what was there before', { timeout: 300_000 }, async () => {
      const { host, blue, state } = await newStage()
      const before = await state()
      const { context, operations } = record(host)
      ;(await add(context, attachment(blue)))._unsafeUnwrap()
      ;(await del(host, attachment(blue)))._unsafeUnwrap()
      await switchOff(host)
      expect(await state()).toEqual(before)
      expect(operations.length).toBeGreaterThan(10)

      for (const nth of operations.keys()) {
        const error = (await add(failing(host, nth + 1, 'ENOMEM'), attachment(blue)))._unsafeUnwrapErr()
        expect(error).toMatchObject({ kind: 'step failed', cause: { errno: 'ENOMEM' }, rollback: { failed: [] } })
        expect(await state(), `failed at ${JSON.stringify(operations[nth])}`).toEqual(before)
      }
    })

    test('an ADD that fails beside another endpoint leaves that one alone', { timeout: 300_000 }, async () => {
      const { host, blue, state } = await newStage()
      const other = { ...attachment(blue), ifName: 'other', addresses: ['192.168.1.44/24'] }
      ;(await add(host, attachment(blue)))._unsafeUnwrap()
      const before = await state()
      // The default route is taken, so that it fails as it is, but not before it has done most.
      const error = (await add(host, other))._unsafeUnwrapErr()
      expect(error).toMatchObject({ kind: 'step failed', cause: { errno: 'EEXIST' }, rollback: { failed: [] } })
      expect(await state()).toEqual(before)
    })

    test('a DEL that fails at any operation removes the rest, and the next one that too', {
      timeout: 300_000,
    }, async () => {
      const { host, blue, state } = await newStage()
      const before = await state()
      ;(await add(host, attachment(blue)))._unsafeUnwrap()
      const { context, operations } = record(host)
      ;(await del(context, attachment(blue)))._unsafeUnwrap()
      expect(operations.length).toBeGreaterThan(4)

      for (const nth of operations.keys()) {
        ;(await add(host, attachment(blue)))._unsafeUnwrap()
        const error = (await del(failing(host, nth + 1, 'EBUSY'), attachment(blue)))._unsafeUnwrapErr()
        expect(error).toMatchObject({ kind: 'not removed', failed: [{ cause: { errno: 'EBUSY' } }] })
        ;(await del(host, attachment(blue)))._unsafeUnwrap()
        await switchOff(host)
        expect(await state(), `failed at ${JSON.stringify(operations[nth])}`).toEqual(before)
      }
    })
  },
)

test('an interrupted ADD leaves what was there before, whenever it is interrupted', async () => {
  const attachment = attachmentIn
  const { host, blue, state } = await memoryStage()
  const before = await state()
  for (let steps = 1; steps < 12; steps += 1) {
    const controller = new AbortController()
    let applied = 0
    const observe = ({ type }: { readonly type: string }) => {
      if (type !== 'applied') return
      applied += 1
      if (applied === steps) controller.abort('SIGTERM')
    }
    const error = (await add(host, attachment(blue), { signal: controller.signal, observe }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ kind: 'interrupted', reason: 'SIGTERM', rollback: { failed: [] } })
    expect(await state()).toEqual(before)
  }
})
