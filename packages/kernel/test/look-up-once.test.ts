import { describe, expect, test } from 'vitest'
import { lookUpOnce, type Netns } from '../src/index.ts'
import { createMemoryKernel } from '../src/memory.ts'

/** A host and a container, and what has been looked up in them. */
async function world() {
  const kernel = createMemoryKernel()
  kernel.addNetns('/run/netns/host')
  kernel.addNetns('/run/netns/blue')
  const host = (await kernel.open('/run/netns/host'))._unsafeUnwrap()
  const asked: string[] = []
  const counted = (netns: Netns): Netns => ({
    ...netns,
    link: (name) => {
      asked.push(name)
      return netns.link(name)
    },
    links: (query) => {
      asked.push('all links')
      return netns.links(query)
    },
    rules: (family) => {
      asked.push(family)
      return netns.rules(family)
    },
    open: (path) => {
      asked.push(path)
      return netns.open(path).map(counted)
    },
  })
  return { once: lookUpOnce(counted(host)), asked }
}

const addBridge = { do: 'add link', link: { kind: 'bridge', name: 'br0' } } as const

describe('looking up once', () => {
  test('asks for a link once, there or not', async () => {
    const { once, asked } = await world()
    for (const name of ['lo', 'lo', 'br0', 'br0']) await once.link(name)
    expect(asked).toEqual(['lo', 'br0'])
  })

  test('asks for the rules of an IP version once, until something changes', async () => {
    const { once, asked } = await world()
    for (const family of ['inet', 'inet', 'inet6'] as const) await once.rules(family)
    await once.change(addBridge)
    await once.rules('inet')
    expect(asked).toEqual(['inet', 'inet6', 'inet'])
  })

  test('lists all links once, until something changes, and those of a query each time', async () => {
    const { once, asked } = await world()
    for (const _ of [1, 2]) await once.links()
    expect(asked).toEqual(['all links'])
    await once.change(addBridge)
    expect((await once.links())._unsafeUnwrap().map(({ name }) => name)).toEqual(['lo', 'br0'])
    for (const _ of [1, 2]) await once.links({ master: 'br0' })
    expect(asked).toHaveLength(4)
  })

  test('opens a path once, and looks up once by whichever handle', async () => {
    const { once, asked } = await world()
    for (const _ of [1, 2]) await once.open('/run/netns/blue').andThen((blue) => blue.link('lo'))
    expect(asked).toEqual(['/run/netns/blue', 'lo'])
  })

  test('asks again after a change, also in another namespace', async () => {
    const { once, asked } = await world()
    const blue = (await once.open('/run/netns/blue'))._unsafeUnwrap()
    expect((await once.link('br0'))._unsafeUnwrap()).toBeUndefined()
    expect((await blue.link('br0'))._unsafeUnwrap()).toBeUndefined()
    await blue.change(addBridge)
    expect((await blue.link('br0'))._unsafeUnwrap()).toMatchObject({ kind: 'bridge' })
    expect((await once.link('br0'))._unsafeUnwrap()).toBeUndefined()
    expect(asked).toEqual(['/run/netns/blue', 'br0', 'br0', 'br0', 'br0'])
  })

  test('asks and opens again under a lock: others had their turn before', async () => {
    const { once, asked } = await world()
    const blue = (await once.open('/run/netns/blue'))._unsafeUnwrap()
    for (const netns of [once, blue]) await netns.link('br0')
    await once.tryLock('shared')
    for (const netns of [once, blue]) await netns.link('br0')
    await once.open('/run/netns/blue')
    expect(asked).toEqual(['/run/netns/blue', 'br0', 'br0', 'br0', 'br0', '/run/netns/blue'])
  })
})
