import { failing, type Netns, type Operation, record } from '@vpc-bridge/kernel'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { captureState } from '@vpc-bridge/testbed'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { attachmentIn, attachmentOf, modes } from './support/attachment.ts'
import { clock } from './support/clock.ts'
import { useWorld } from './support/use-world.ts'
import { add, del } from './support/walks.ts'

/** A host to try things on, and all of its state, and the container's, as one value. */
interface Stage {
  readonly host: Netns
  readonly blue: string
  /** Where a bridge may be. */
  readonly away: string
  readonly state: () => Promise<unknown>
}

async function memoryStage(): Promise<Stage> {
  // Lifetimes stand still.
  vi.setSystemTime(1_790_000_000_000)
  onTestFinished(() => void vi.useRealTimers())
  const kernel = createMemoryKernel()
  for (const path of ['/host', '/blue', '/away']) kernel.addNetns(path)
  kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:10' })
  const host = (await kernel.open('/host'))._unsafeUnwrap()
  // So that there is something to take over, and to bring home.
  for (const operation of furniture) (await host.change(operation))._unsafeUnwrap()
  return { host, blue: '/blue', away: '/away', state: async () => kernel.state() }
}

const dev = 'eth10'
const furniture: readonly Operation[] = [
  { do: 'set link', name: dev, set: { up: true } },
  {
    do: 'add address',
    address: {
      dev,
      address: '192.168.1.42/24',
      broadcast: '192.168.1.255',
      label: `${dev}:1`,
      validSeconds: 3600,
      preferredSeconds: 1800,
    },
  },
  {
    do: 'add route',
    route: {
      destination: '0.0.0.0/0',
      gateway: '192.168.1.1',
      dev,
      onlink: false,
      scope: 'global',
      protocol: 'boot',
      metric: 0,
      metrics: { mtu: 1500, lock: 4, advmss: 1460 },
      weight: 2,
      furtherHops: [{ gateway: '192.168.1.2', dev, onlink: false }],
    },
  },
]

async function realStage(mode: string): Promise<Stage> {
  const world = await useWorld()
  const away = await world.addContainer('away')
  const kernel = createRtnetlinkKernel(nodeSyscalls(), { macTranslator: nftTranslator(nodeRuntime()) })
  onTestFinished(() => kernel.close())
  const host = (await kernel.open(world.host))._unsafeUnwrap()
  const places = mode.includes('another namespace') ? [world.host, world.blue, away] : [world.host, world.blue]
  const state = () => Promise.all(places.map(captureState))
  return { host, blue: world.blue, away, state }
}

const stages = [
  { kernel: 'the in-memory kernel', newStage: memoryStage },
  { kernel: 'the real kernel', newStage: realStage },
]

/** Puts back what a DEL, and an ADD that failed, leave on purpose: the host's switch for IPv6 forwarding. */
async function switchOff(host: Netns): Promise<void> {
  const write = { do: 'write sysctl', path: 'net/ipv6/conf/all/forwarding', value: '0' } as const
  ;(await host.change(write))._unsafeUnwrap()
}

describe.each(stages.flatMap((stage) => modes.map((mode) => ({ ...stage, mode }))))(
  '$mode on $kernel',
  ({ newStage, mode }) => {
    test('an ADD that fails at any operation leaves what was there before', { timeout: 900_000 }, async () => {
      const { host, blue, away, state } = await newStage(mode)
      const attachment = attachmentOf(mode, blue, away)
      const before = await state()
      const { context, operations } = record(host)
      ;(await add(context, attachment, { clock }))._unsafeUnwrap()
      ;(await del(host, attachment, { clock }))._unsafeUnwrap()
      await switchOff(host)
      expect(await state()).toEqual(before)
      expect(operations.length).toBeGreaterThan(6)

      for (const nth of operations.keys()) {
        const error = (await add(failing(host, nth + 1, 'ENOMEM'), attachment, { clock }))._unsafeUnwrapErr()
        expect(error).toMatchObject({ kind: 'step failed', cause: { errno: 'ENOMEM' }, rollback: { failed: [] } })
        await switchOff(host)
        expect(await state(), `failed at ${JSON.stringify(operations[nth])}`).toEqual(before)
      }
    })

    test('an ADD that fails beside another endpoint leaves that one alone', { timeout: 900_000 }, async () => {
      const { host, blue, away, state } = await newStage(mode)
      const attachment = attachmentOf(mode, blue, away)
      const other = { ...attachment, ifName: 'other', addresses: ['192.168.1.44/24'] }
      ;(await add(host, attachment, { clock }))._unsafeUnwrap()
      const before = await state()
      const error = (await add(failing(host, 6, 'EEXIST'), other, { clock }))._unsafeUnwrapErr()
      expect(error).toMatchObject({ kind: 'step failed', cause: { errno: 'EEXIST' }, rollback: { failed: [] } })
      expect(await state()).toEqual(before)
    })

    test('a DEL that fails at any operation removes the rest, and the next one that too', {
      timeout: 900_000,
    }, async () => {
      const { host, blue, away, state } = await newStage(mode)
      const attachment = attachmentOf(mode, blue, away)
      const before = await state()
      ;(await add(host, attachment, { clock }))._unsafeUnwrap()
      const { context, operations } = record(host)
      ;(await del(context, attachment, { clock }))._unsafeUnwrap()
      expect(operations.length).toBeGreaterThan(4)

      for (const nth of operations.keys()) {
        ;(await add(host, attachment, { clock }))._unsafeUnwrap()
        const error = (await del(failing(host, nth + 1, 'EBUSY'), attachment, { clock }))._unsafeUnwrapErr()
        expect(error).toMatchObject({ kind: 'not removed', failed: [{ cause: { errno: 'EBUSY' } }] })
        ;(await del(host, attachment, { clock }))._unsafeUnwrap()
        await switchOff(host)
        expect(await state(), `failed at ${JSON.stringify(operations[nth])}`).toEqual(before)
      }
    })
  },
)

test('an interrupted ADD leaves what was there before, whenever it is interrupted', async () => {
  const { host, blue, state } = await memoryStage()
  const attachment = attachmentIn(blue)
  const before = await state()
  for (let steps = 1; steps < 12; steps += 1) {
    let applied = 0
    const observe = ({ type }: { readonly type: string }) => {
      if (type === 'applied') applied += 1
    }
    const interruption = async () => (applied >= steps ? ('SIGTERM' as const) : undefined)
    const error = (await add(host, attachment, { clock, interruption, observe }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ kind: 'interrupted', reason: 'SIGTERM', rollback: { failed: [] } })
    expect(await state()).toEqual(before)
  }
})
