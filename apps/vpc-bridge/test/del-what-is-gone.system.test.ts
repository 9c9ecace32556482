import { captureState, inside, output } from '@vpc-bridge/testbed'
import { describe, expect, test } from 'vitest'
import { config, fail, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

describe('DEL', () => {
  test('may be repeated, and comes without an ADD', async () => {
    const { host, blue } = await useWorld()
    const before = await captureState(host)
    await succeed(program, host, { command: 'DEL', netns: blue })
    await succeed(program, host, { command: 'ADD', netns: blue })
    await succeed(program, host, { command: 'DEL', netns: blue })
    await succeed(program, host, { command: 'DEL', netns: blue })
    expect(await captureState(host)).toEqual(before)
  })

  test.each([
    ['with its path', (path: string) => ({ netns: path })],
    ['without a path', () => ({})],
  ])('removes what is left when the namespace is gone: %s', async (_, of) => {
    const { host, blue, removeContainer } = await useWorld()
    const before = await captureState(host)
    await succeed(program, host, { command: 'ADD', netns: blue })
    await removeContainer('blue')
    await succeed(program, host, { command: 'DEL', ...of(blue) })
    expect(await captureState(host)).toEqual(before)
  })

  test('removes what is left when the path leads to something else', async () => {
    const { host, blue } = await useWorld()
    const before = await captureState(host)
    await succeed(program, host, { command: 'ADD', netns: blue })
    await succeed(program, host, { command: 'DEL', netns: '/etc/passwd' })
    expect(await captureState(host)).toEqual(before)
  })

  test('removes what is left when the interface is gone', async () => {
    const { host, blue } = await useWorld()
    const before = [await captureState(host), await captureState(blue)]
    await succeed(program, host, { command: 'ADD', netns: blue })
    await output(inside(blue, ['ip', 'link', 'delete', 'blueveth']))
    await succeed(program, host, { command: 'DEL', netns: blue })
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
  })

  test.each([
    ['by name', config],
    ['by MAC address', { ...config, eniName: '', eniMACAddress: '02:00:00:00:00:10' }],
  ])('removes what is left when the ENI is gone: known %s', async (_, known) => {
    const { host, blue, removeContainer } = await useWorld()
    await succeed(program, host, { command: 'ADD', netns: blue, config: known })
    await output(inside(host, ['ip', 'link', 'delete', 'eth10']))
    await removeContainer('blue')
    await succeed(program, host, { command: 'DEL', netns: blue, config: known })
    expect((await captureState(host)).links.map(({ ifname }) => ifname)).toEqual(['lo'])
  })

  test('removes what is left when the ENI came back with another index', async () => {
    const { host, blue, router } = await useWorld()
    await succeed(program, host, { command: 'ADD', netns: blue })
    await output(inside(host, ['ip', 'link', 'delete', 'eth10']))
    await output(inside(router, ['ip', 'link', 'add', 'vpc', 'type', 'veth', 'peer', 'name', 'eth10', 'netns', host]))
    await succeed(program, host, { command: 'DEL', netns: blue })
    expect((await captureState(host)).links.map(({ ifname }) => ifname)).toEqual(['lo', 'eth10'])
  })

  test('removes what is left when the bridge is gone', async () => {
    const { host, blue } = await useWorld()
    const before = await captureState(blue)
    await succeed(program, host, { command: 'ADD', netns: blue })
    const bridge = (await captureState(host)).links.find(({ kind }) => kind === 'bridge')
    await output(inside(host, ['ip', 'link', 'delete', String(bridge?.['ifname'])]))
    await succeed(program, host, { command: 'DEL', netns: blue })
    expect((await captureState(host)).links.map(({ ifname }) => ifname)).toEqual(['lo', 'eth10'])
    expect(await captureState(blue)).toEqual(before)
  })

  test.each(['', 'away'])(
    'removes all in L2 while the ENI is switched off, its bridge in the namespace "%s"',
    async (place) => {
      const { host, blue, addContainer } = await useWorld()
      const away = await addContainer('away')
      const site = place === '' ? host : away
      const elsewhere = { ...config, bridgeType: 'L2', bridgeNetNSPath: place === '' ? '' : away }
      await succeed(program, host, { command: 'ADD', netns: blue, config: elsewhere })
      await output(inside(site, ['ip', 'link', 'set', 'eth10', 'down']))
      await succeed(program, host, { command: 'DEL', netns: blue, config: elsewhere })
      const { links, addresses } = await captureState(host)
      expect(links.map(({ ifname }) => ifname)).toEqual(['lo', 'eth10'])
      expect(addresses).toContainEqual(expect.objectContaining({ dev: 'eth10', local: '192.168.1.42' }))
      expect((await captureState(away)).links).toHaveLength(1)
    },
  )

  test('succeeds when everything is gone', async () => {
    const { host, blue } = await useWorld()
    await output(inside(host, ['ip', 'link', 'delete', 'eth10']))
    await succeed(program, host, { command: 'DEL', netns: `${blue}-nope` })
  })

  test("is refused for the host's own namespace", async () => {
    const { host, blue } = await useWorld()
    await succeed(program, host, { command: 'ADD', netns: blue })
    const before = await captureState(host)
    expect(await fail(program, host, { command: 'DEL', netns: host })).toMatchObject({ code: 4 })
    expect(await captureState(host)).toEqual(before)
  })
})
