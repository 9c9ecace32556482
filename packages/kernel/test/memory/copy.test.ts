import { errAsync, okAsync } from 'neverthrow'
import { expect, test } from 'vitest'
import { type Netns, operationError, snapshot } from '../../src/index.ts'
import { copyOf } from '../../src/memory/copy.ts'
import { bridge, failure, host, pairToBlue, perform, value } from '../host.ts'

const forwarding = (name: string) => `net/ipv4/conf/${name}/forwarding`

/** A handle that tells of the settings that it was asked for. */
function watched(netns: Netns, asked: string[]): Netns {
  return {
    ...netns,
    sysctl: (path) => {
      asked.push(path)
      return netns.sysctl(path)
    },
    open: (path) => netns.open(path).map((opened) => watched(opened, asked)),
  }
}

async function busyHost() {
  const made = await host()
  await perform(
    made.netns,
    { do: 'set link', name: 'eth10', set: { up: true, alias: 'an ENI' } },
    { do: 'add altname', name: 'eth10', altName: 'the-uplink' },
    { do: 'add address', address: { dev: 'eth10', address: '10.0.0.1/24' } },
    { do: 'set neighbour', neighbour: { dev: 'eth10', address: '10.0.0.9', mac: '02:00:00:00:00:99' } },
    bridge('br0'),
    pairToBlue,
    { do: 'set link', name: 'near', set: { master: 'br0' } },
  )
  return made
}

test('a copy is like its original', async () => {
  const { netns } = await busyHost()
  const copy = await value(copyOf(netns))
  expect([copy.id, copy.path]).toEqual([netns.id, netns.path])
  expect(await value(snapshot(copy))).toEqual(await value(snapshot(netns)))
  expect(await value(copy.links({ master: 'br0' }))).toEqual(await value(netns.links({ master: 'br0' })))
  expect(await value(copy.link('the-uplink'))).toMatchObject({ name: 'eth10', alias: 'an ENI' })
})

test('nothing that is done to a copy is done to its original', async () => {
  const { kernel, netns } = await busyHost()
  const before = kernel.state()
  const copy = await value(copyOf(netns))
  const blue = await value(copy.open('/blue'))
  await perform(
    copy,
    { do: 'write sysctl', path: forwarding('eth10'), value: '1' },
    { do: 'delete address', address: { dev: 'eth10', address: '10.0.0.1/24' } },
    { do: 'delete altname', name: 'eth10', altName: 'the-uplink' },
    { do: 'set link', name: 'eth10', set: { up: false, alias: '', mtu: 1500 } },
    { do: 'delete link', name: 'br0' },
  )
  await perform(blue, bridge('br1'))
  expect(await value(copy.sysctl(forwarding('eth10')))).toBe('1')
  expect(await value(copy.link('eth10'))).toMatchObject({ up: false, mtu: 1500 })
  expect(kernel.state()).toEqual(before)
})

test('settings are asked for when they are needed, and once', async () => {
  const { netns } = await busyHost()
  const asked: string[] = []
  const copy = await value(copyOf(watched(netns, asked)))
  expect(asked).toEqual([])
  for (const _ of [1, 2]) expect(await value(copy.sysctl(forwarding('eth10')))).toBe('0')
  expect(asked).toEqual([forwarding('eth10')])
  await perform(copy, { do: 'write sysctl', path: forwarding('br0'), value: '1' })
  expect(await value(copy.sysctl(forwarding('br0')))).toBe('1')
  expect(asked).toEqual([forwarding('eth10'), forwarding('br0')])
})

test('settings of links: of those that were there before, that are new, that are gone', async () => {
  const { netns } = await busyHost()
  await perform(
    netns,
    { do: 'write sysctl', path: forwarding('default'), value: '1' },
    { do: 'write sysctl', path: forwarding('br0'), value: '0' },
  )
  const copy = await value(copyOf(netns))
  await perform(copy, bridge('br1'))
  expect(await value(copy.sysctl(forwarding('br1')))).toBe('1')
  expect(await value(copy.sysctl('net/ipv4/neigh/br1/proxy_delay'))).toBe('80')
  expect(await value(copy.sysctl(forwarding('br0')))).toBe('0')
  await perform(copy, { do: 'delete link', name: 'br0' })
  expect(await failure(copy.sysctl(forwarding('br0')))).toMatchObject({ errno: 'ENOENT' })
  await perform(copy, bridge('br0'))
  expect(await value(copy.sysctl(forwarding('br0')))).toBe('1')
  expect(await failure(copy.sysctl('net/ipv4/conf/br0/nope'))).toMatchObject({ errno: 'ENOENT' })
})

test('settings of a link that was moved are those that its new namespace begins with', async () => {
  const { netns } = await busyHost()
  const original = await value(netns.open('/blue'))
  await perform(original, { do: 'write sysctl', path: forwarding('default'), value: '1' })
  const copy = await value(copyOf(netns))
  await perform(copy, { do: 'move link', name: 'eth10', netns: '/blue' })
  const blue = await value(copy.open('/blue'))
  expect(await value(blue.sysctl(forwarding('eth10')))).toBe('1')
  await perform(blue, { do: 'write sysctl', path: forwarding('eth10'), value: '0' })
  expect(await value(blue.sysctl(forwarding('eth10')))).toBe('0')
  expect(await failure(copy.sysctl(forwarding('eth10')))).toMatchObject({ errno: 'ENOENT' })
})

test('what is written for all links is written for those of a copy that nobody asked for', async () => {
  const { netns } = await busyHost()
  const copy = await value(copyOf(netns))
  await perform(copy, { do: 'write sysctl', path: forwarding('all'), value: '1' })
  expect(await value(copy.sysctl(forwarding('eth10')))).toBe('1')
  expect(await value(netns.sysctl(forwarding('eth10')))).toBe('0')
})

test('a setting of the original decides what becomes of the copy', async () => {
  const { netns } = await busyHost()
  await perform(
    netns,
    { do: 'write sysctl', path: 'net/ipv4/conf/all/promote_secondaries', value: '1' },
    { do: 'add address', address: { dev: 'eth10', address: '10.0.0.2/24' } },
  )
  const copy = await value(copyOf(netns))
  await perform(copy, { do: 'delete address', address: { dev: 'eth10', address: '10.0.0.1/24' } })
  const left = (await value(copy.addresses('eth10'))).map(({ address }) => address)
  expect(left).toContain('10.0.0.2/24')
})

test('a namespace has one copy, by whatever path and from wherever it is opened', async () => {
  const { kernel, netns } = await busyHost()
  kernel.linkNetns('/blue', '/also-blue')
  const copy = await value(copyOf(netns))
  const [blue, also] = await Promise.all([value(copy.open('/blue')), value(copy.open('/also-blue'))])
  await perform(blue, bridge('br1'))
  expect(await value(also.link('br1'))).toMatchObject({ name: 'br1' })
  const back = await value(also.open('/host'))
  await perform(back, bridge('br2'))
  expect(await value(copy.link('br2'))).toMatchObject({ name: 'br2' })
  expect(await failure(copy.open('/nope'))).toMatchObject({ errno: 'ENOENT' })
})

test('a pair of the copies is created and deleted in both', async () => {
  const { netns } = await host()
  const copy = await value(copyOf(netns))
  await perform(copy, pairToBlue)
  const blue = await value(copy.open('/blue'))
  expect((await value(blue.link('far')))?.peer).toBe((await value(copy.link('near')))?.index)
  await perform(blue, { do: 'delete link', name: 'far' })
  expect(await value(copy.link('near'))).toBeUndefined()
})

test('of a pair that was there before, the end in another copy is deleted, too', async () => {
  const { netns } = await busyHost()
  const copy = await value(copyOf(netns))
  const blue = await value(copy.open('/blue'))
  await perform(copy, { do: 'delete link', name: 'near' })
  expect(await value(blue.link('far'))).toBeUndefined()
  expect(await value(netns.link('near'))).toMatchObject({ name: 'near' })
})

test('an original that cannot be read is an error, and may be tried again', async () => {
  const { netns } = await busyHost()
  let broken = true
  const original: Netns = {
    ...netns,
    open: (path) =>
      netns.open(path).map((opened) => ({
        ...opened,
        neighbours: (dev) => {
          const error = operationError(bridge('any'), path, 'EIO', 'broken')
          return broken ? errAsync(error) : opened.neighbours(dev)
        },
      })),
  }
  const copy = await value(copyOf(original))
  expect(await failure(copy.open('/blue'))).toMatchObject({ errno: 'EIO' })
  broken = false
  expect(await value(copy.open('/blue').andThen(() => okAsync('copied')))).toBe('copied')
})
