import { mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Operation } from '@vpc-bridge/kernel'
import { openFlags } from '@vpc-bridge/runtime'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { createWorld, inside, output, run } from '@vpc-bridge/testbed'
import { err, ok } from 'neverthrow'
import { expect, onTestFinished, test } from 'vitest'
import { createRtnetlinkKernel } from '../src/index.ts'

async function newHost() {
  const world = await createWorld()
  onTestFinished(() => world.destroy())
  const kernel = createRtnetlinkKernel(nodeSyscalls())
  onTestFinished(() => kernel.close())
  return { world, kernel, host: (await kernel.open(world.host))._unsafeUnwrap() }
}

test('the thread stays in its own namespace, whatever is done in another', async () => {
  const own = readlinkSync('/proc/thread-self/ns/net')
  const { host, kernel } = await newHost()
  await host.sysctl('net/ipv4/conf/eth10/forwarding')
  await host.sysctl('net/ipv4/conf/nope/forwarding')
  await host.links({ limit: 1 })
  await kernel.open('/etc/passwd')
  await kernel.open('/proc/self/ns/uts')
  expect(readlinkSync('/proc/thread-self/ns/net')).toBe(own)
})

test('a thread that cannot return to its own namespace ends the process', async () => {
  const { world } = await newHost()
  const syscalls = nodeSyscalls()
  const own = syscalls.open('/proc/self/ns/net', openFlags.closeOnExec)
  let entered = 0
  const abort = () => {
    syscalls.setns(own, 0)
    throw new Error('aborted')
  }
  const failing = {
    ...syscalls,
    abort,
    setns: (...args: [number, number]) => (entered++ === 0 ? syscalls.setns(...args) : -1),
  }
  const kernel = createRtnetlinkKernel(failing)
  expect(() => kernel.open(world.host)).toThrow('aborted')
  expect(entered).toBe(2)
  kernel.close()
  syscalls.close(own)
})

test('the words of the kernel are those of the error', async () => {
  const { host } = await newHost()
  const route = {
    destination: '203.0.113.0/24',
    gateway: '198.51.100.1',
    dev: 'eth10',
    onlink: false,
    scope: 'global',
    protocol: 'boot',
    metric: 0,
  } as const
  expect((await host.change({ do: 'add route', route }))._unsafeUnwrapErr()).toMatchObject({
    errno: 'ENETUNREACH',
    message: 'Nexthop has invalid gateway',
  })
})

test('lists of many links, and of addresses and routes on them, are read to their end', async () => {
  const { world, host } = await newHost()
  const count = 300
  const lines = Array.from({ length: count }, (_, n) => [
    `link add name x${n} up type bridge`,
    `address add 10.9.${n >> 8}.${n & 255}/32 dev x${n}`,
    `route add 10.8.${n >> 8}.${n & 255}/32 dev x${n}`,
  ]).flat()
  await output(inside(world.host, ['ip', '-batch', '-']), { input: lines.join('\n') })
  expect((await host.links())._unsafeUnwrap().filter(({ name }) => name.startsWith('x'))).toHaveLength(count)
  expect((await host.addresses())._unsafeUnwrap().filter(({ address }) => address.startsWith('10.9.'))).toHaveLength(
    count,
  )
  expect((await host.routes({ family: 'inet' }))._unsafeUnwrap().filter(({ dev }) => dev.startsWith('x'))).toHaveLength(
    count,
  )
  expect((await host.links({ limit: 3 }))._unsafeUnwrap()).toHaveLength(3)
  expect((await host.routes({ family: 'inet', destination: '10.8.1.7/32' }))._unsafeUnwrap()).toMatchObject([
    { dev: 'x263' },
  ])
})

test('what is done goes to the link that has the name now, whatever others did meanwhile', async () => {
  const { world, host } = await newHost()
  const ip = (line: string) => output(inside(world.host, ['ip', ...line.split(' ')]))
  const change = async (operation: Operation) => (await host.change(operation)).mapErr(({ errno }) => errno)
  for (const name of ['one', 'two', 'br0']) await ip(`link add ${name} type ${name === 'br0' ? 'bridge' : 'ifb'}`)
  for (const name of ['one', 'two', 'br0']) {
    await host.link(name)
    await change({ do: 'set link', name, set: { up: true } })
  }
  // The two change their names.
  await ip('link property add dev one altname three')
  for (const [from, to] of [
    ['one', 'x'],
    ['two', 'one'],
    ['x', 'two'],
  ]) {
    await ip(`link set ${from} down`)
    await ip(`link set ${from} name ${to}`)
  }
  const now = (await host.link('one'))._unsafeUnwrap()
  expect(await change({ do: 'set link', name: 'one', set: { alias: 'set' } })).toEqual(ok(undefined))
  expect(await change({ do: 'set link', name: 'one', set: { up: true } })).toEqual(ok(undefined))
  expect(await change({ do: 'add address', address: { dev: 'one', address: '10.9.0.1/32' } })).toEqual(ok(undefined))
  expect(await change({ do: 'set link', name: 'three', set: { alias: 'other' } })).toEqual(ok(undefined))
  expect((await host.link('one'))._unsafeUnwrap()).toMatchObject({ index: now?.index, alias: 'set' })
  expect((await host.link('two'))._unsafeUnwrap()).toMatchObject({ alias: 'other', altNames: ['three'] })
  expect((await host.addresses('one'))._unsafeUnwrap()).toContainEqual({ dev: 'one', address: '10.9.0.1/32' })
  // A bridge is deleted, and made again: by others, and by us.
  await ip('link set two master br0')
  expect((await host.links({ master: 'br0' }))._unsafeUnwrap()).toHaveLength(1)
  await ip('link delete br0')
  for (const found of [
    await host.links({ master: 'br0' }),
    await host.addresses('br0'),
    await host.neighbours('br0'),
    await host.routes({ family: 'inet', dev: 'br0' }),
  ]) {
    expect(found._unsafeUnwrapErr()).toMatchObject({ errno: 'ENODEV' })
  }
  for (let round = 0; round < 2; round += 1) {
    expect(await change({ do: 'add link', link: { kind: 'bridge', name: 'br0' } })).toEqual(ok(undefined))
    expect(await change({ do: 'set link', name: 'one', set: { master: 'br0' } })).toEqual(ok(undefined))
    expect(await change({ do: 'delete link', name: 'br0' })).toEqual(ok(undefined))
  }
  expect(await change({ do: 'delete link', name: 'br0' })).toEqual(err('ENODEV'))
})

test('a link of more than 64 KiB is read, alone and in a list, and other lists after it', async () => {
  const { world, host } = await newHost()
  const names = Array.from({ length: 494 }, (_, n) => `${n}-`.padEnd(127, 'x'))
  const commands = ['link add big type ifb', `link set big alias ${'a'.repeat(255)}`]
  const adding = names.map((name) => `link property add dev big altname ${name}`)
  await output(inside(world.host, ['ip', '-batch', '-']), { input: [...commands, ...adding].join('\n') })
  expect((await host.links())._unsafeUnwrap().find(({ name }) => name === 'big')?.altNames).toHaveLength(494)
  expect((await host.link('lo'))._unsafeUnwrap()).toBeDefined()
  const second = createRtnetlinkKernel(nodeSyscalls())
  onTestFinished(() => second.close())
  const other = (await second.open(world.host))._unsafeUnwrap()
  expect((await other.link('big'))._unsafeUnwrap()?.altNames.toSorted()).toEqual(names.toSorted())
  expect((await other.routes({ family: 'inet' }))._unsafeUnwrap()).not.toEqual([])
})

test('routes of the main table are seen, whatever policy rules, local addresses and carriers make of them', async () => {
  const { world, host } = await newHost()
  const ip = (line: string) => output(inside(world.host, ['ip', ...line.split(' ')]))
  for (const line of ['10.8.0.1/32', '10.8.0.2/32', '10.8.0.3/32', 'fd08::1/128', 'fd08::2/128']) {
    await ip(`route add ${line} dev eth10`)
  }
  // A table that comes first, with a route to one and to all others.
  for (const version of ['-4', '-6']) await ip(`${version} rule add pref 100 lookup 77`)
  await ip('route add 10.8.0.1/32 dev lo table 77')
  await ip('route add blackhole 10.0.0.0/8 table 77')
  await ip('route add fd08::1/128 dev lo table 77')
  // An address of our own, and what is there for one type of service only.
  await ip('address add 10.8.0.2/32 dev lo')
  await ip('route add 10.8.0.4/32 tos 0x10 dev eth10')
  // By a link without a carrier.
  await ip('link add br7 up type bridge')
  await output(inside(world.host, ['sysctl', '-qw', 'net.ipv4.conf.br7.ignore_routes_with_linkdown=1']))
  await ip('route add 10.9.0.1/32 dev br7')
  // A worse one behind one that refuses.
  await ip('route add blackhole 10.8.0.5/32')
  await ip('route add 10.8.0.5/32 metric 9 dev eth10')
  const devs = async (destination: string) => {
    const family = destination.includes(':') ? 'inet6' : 'inet'
    return (await host.routes({ family, destination }))._unsafeUnwrap().map(({ dev }) => dev)
  }
  for (const there of ['10.8.0.1/32', '10.8.0.2/32', '10.8.0.3/32', '10.8.0.5/32', 'fd08::1/128', 'fd08::2/128']) {
    expect([there, await devs(there)]).toEqual([there, ['eth10']])
  }
  expect(await devs('10.9.0.1/32')).toEqual(['br7'])
  expect((await host.routes({ family: 'inet', destination: '10.8.0.4/32' }))._unsafeUnwrap()).toMatchObject([
    { tos: 16 },
  ])
  for (const absent of ['10.8.0.6/32', '10.0.0.0/8', 'fd08::3/128']) {
    expect([absent, await devs(absent)]).toEqual([absent, []])
  }
})

test('a handle outlives the path of its namespace, and a path may lead to another one later', async () => {
  const { world, kernel } = await newHost()
  const path = await world.addContainer('blue')
  const first = (await kernel.open(path))._unsafeUnwrap()
  await first.change({ do: 'add link', link: { kind: 'bridge', name: 'br0' } })
  await world.removeContainer('blue')
  await world.addContainer('blue')
  const second = (await kernel.open(path))._unsafeUnwrap()
  expect(second.id).not.toBe(first.id)
  expect((await first.link('br0'))._unsafeUnwrap()).toBeDefined()
  expect((await second.link('br0'))._unsafeUnwrap()).toBeUndefined()
  expect((await kernel.open(path))._unsafeUnwrap().id).toBe(second.id)
})

test('no file stays open: not of a path that leads to one namespace after the other, and none after closing', async () => {
  const { world, kernel } = await newHost()
  const openFiles = () => readdirSync('/proc/self/fd').length
  const directory = mkdtempSync(join(tmpdir(), 'rtnetlink-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'netns')
  symlinkSync(path, path)
  expect((await kernel.open(path))._unsafeUnwrapErr().errno).toBe('ENOENT')
  const counts: number[] = []
  for (let round = 0; round < 4; round += 1) {
    rmSync(path, { force: true })
    symlinkSync(round % 2 === 0 ? world.host : world.router, path)
    for (let time = 0; time < 3; time += 1) (await kernel.open(path))._unsafeUnwrap()
    counts.push(openFiles())
  }
  // A descriptor and a socket for each of the two, however often they come.
  const [first = 0] = counts
  expect(counts).toEqual([first, first + 2, first + 2, first + 2])
  const other = createRtnetlinkKernel(nodeSyscalls())
  const before = openFiles()
  for (const target of [world.host, world.router]) {
    rmSync(path)
    symlinkSync(target, path)
    for (let time = 0; time < 3; time += 1) (await other.open(path))._unsafeUnwrap()
  }
  other.close()
  expect(openFiles()).toBe(before)
})

test('without privileges it is EPERM', async () => {
  const { world } = await newHost()
  const program = `
    import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
    import { openFlags } from '@vpc-bridge/runtime'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
    const kernel = createRtnetlinkKernel(nodeSyscalls())
    const opened = await kernel.open('${world.router}')
    const own = (await kernel.open('/proc/self/ns/net'))._unsafeUnwrap()
    const changed = await own.change({ do: 'set link', name: 'lo', set: { up: true } })
    console.log(opened._unsafeUnwrapErr().errno, changed._unsafeUnwrapErr().errno)`
  const node = [process.execPath, '--input-type=module', '-']
  const drop = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs', ...node]
  const cwd = new URL('..', import.meta.url).pathname
  const { stdout, stderr } = await run(inside(world.host, drop), { input: program, cwd })
  expect({ stdout, stderr }).toEqual({ stdout: 'EPERM EPERM', stderr: '' })
})

test('a link tells which one it is on top of, if that is in its namespace', async () => {
  const { world, kernel, host } = await newHost()
  for (const name of ['upper', 'gone'])
    await output(inside(world.host, ['ip', 'link', 'add', 'link', 'eth10', 'name', name, 'type', 'macvlan']))
  const blue = await world.addContainer('blue')
  await output(inside(world.host, ['ip', 'link', 'set', 'gone', 'netns', blue]))
  const eni = (await host.link('eth10'))._unsafeUnwrap()
  expect((await host.link('upper'))._unsafeUnwrap()).toMatchObject({ kind: 'macvlan', parent: eni?.index })
  expect(eni).not.toHaveProperty('parent')
  const away = (await kernel.open(blue))._unsafeUnwrap()
  expect((await away.link('gone'))._unsafeUnwrap()).not.toHaveProperty('parent')
})
