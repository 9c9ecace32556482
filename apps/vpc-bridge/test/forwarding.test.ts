import { intercept, type KernelError, operationError } from '@vpc-bridge/kernel'
import { ipv4ForwardingPath, ipv6ForwardingPath } from '@vpc-bridge/route'
import type { Progress } from '@vpc-bridge/step'
import { errAsync } from 'neverthrow'
import { expect, test } from 'vitest'
import { attachmentIn } from './support/attachment.ts'
import { clock } from './support/clock.ts'
import { createMemoryHost, type MemoryHost } from './support/memory-host.ts'
import { createPluginHost } from './support/plugin-host.ts'
import { config } from './support/runtime.ts'
import { add, del } from './support/walks.ts'

const write = ({ host }: MemoryHost, path: string, value: string) =>
  host.change({ do: 'write sysctl', path, value }).map(() => undefined)

const settingOf = async ({ host }: MemoryHost, path: string) => (await host.sysctl(path))._unsafeUnwrap()

/** The endpoint that `connect` made. */
const endpoint = (name: string) => ({ ...attachmentIn(`/run/netns/${name}`), containerId: name, ifName: 'eth0' })

test('the last DEL leaves forwarding on where the machine, or another link, forwards by then', async () => {
  for (const other of ['all', 'tun0']) {
    const machine = await createMemoryHost()
    await machine.connect('blue')
    await machine.host.change({ do: 'add link', link: { kind: 'dummy', name: 'tun0' } })
    await write(machine, ipv4ForwardingPath(other), '1')
    const events: Progress<KernelError>[] = []
    ;(await del(machine.host, endpoint('blue'), { clock, observe: (event) => events.push(event) }))._unsafeUnwrap()
    expect(await settingOf(machine, ipv4ForwardingPath('eth10'))).toBe('1')
    const left = events.filter((event) => event.type === 'reverted' && event.outcome === 'left')
    expect(left).toMatchObject([{ step: 'IPv4 forwarding on eth10' }])
  }
})

test('the log tells of forwarding that is left on', async () => {
  const { host, log, succeed } = await createPluginHost(['blue'])
  await succeed('ADD', 'blue', config)
  ;(await host.change({ do: 'write sysctl', path: ipv4ForwardingPath('all'), value: '1' }))._unsafeUnwrap()
  await succeed('DEL', 'blue', config)
  expect(log).toContain('info: IPv4 forwarding on eth10: left, since others may rely on it')
})

test('where only networks of ours forward, each puts back its own ENI', async () => {
  const machine = await createMemoryHost()
  machine.kernel.addPhysicalLink('/host', { name: 'eth11', mac: '02:00:00:00:00:11' })
  const before = machine.kernel.state()
  await machine.connect('blue')
  const on11 = { eni: { by: 'name', name: 'eth11' }, addresses: ['192.168.2.43/24'] } as const
  await machine.connect('red', on11)
  ;(await del(machine.host, endpoint('blue'), { clock }))._unsafeUnwrap()
  expect(await settingOf(machine, ipv4ForwardingPath('eth10'))).toBe('0')
  expect(await settingOf(machine, ipv4ForwardingPath('eth11'))).toBe('1')
  ;(await del(machine.host, { ...endpoint('red'), ...on11 }, { clock }))._unsafeUnwrap()
  for (const { path } of machine.places) machine.kernel.removeNetns(path)
  expect(machine.kernel.state()).toEqual(before)
})

test('an ADD that fails leaves IPv4 forwarding on where everything forwards by then', async () => {
  const machine = await createMemoryHost()
  machine.kernel.addNetns('/run/netns/blue')
  // The last thing that is done in the container, after everything on the host.
  const obstinate = intercept(machine.host, (operation, where, proceed) =>
    operation.do === 'set neighbour'
      ? errAsync(operationError(operation, where.path, 'ENOMEM', 'injected failure'))
      : proceed(),
  )
  const meanwhile = (event: Progress<KernelError>) => {
    if (event.type === 'failed') void write(machine, ipv4ForwardingPath('all'), '1')
  }
  const error = (await add(obstinate, endpoint('blue'), { clock, observe: meanwhile }))._unsafeUnwrapErr()
  expect(error).toMatchObject({ kind: 'step failed', rollback: { failed: [] } })
  expect(await settingOf(machine, ipv4ForwardingPath('eth10'))).toBe('1')
  expect((await machine.host.links())._unsafeUnwrap().map(({ name }) => name)).toEqual(['lo', 'eth10'])
})

test('an ADD that fails leaves IPv6 forwarding on, and puts back what is of the ENI alone', async () => {
  const machine = await createMemoryHost()
  machine.kernel.addNetns('/run/netns/blue')
  const acceptRa = 'net/ipv6/conf/eth10/accept_ra'
  const dualStack = { ...endpoint('blue'), addresses: ['192.168.1.43/24', 'fd00:1::43/64'] }
  const obstinate = intercept(machine.host, (operation, where, proceed) =>
    operation.do === 'add link' && operation.link.kind === 'veth'
      ? errAsync(operationError(operation, where.path, 'ENOMEM', 'injected failure'))
      : proceed(),
  )
  const error = (await add(obstinate, dualStack, { clock }))._unsafeUnwrapErr()
  expect(error).toMatchObject({
    kind: 'step failed',
    rollback: { failed: [], left: [expect.stringContaining('all/forwarding')] },
  })
  expect(await settingOf(machine, ipv6ForwardingPath('all'))).toBe('1')
  expect(await settingOf(machine, ipv6ForwardingPath('eth10'))).toBe('0')
  expect(await settingOf(machine, acceptRa)).toBe('1')
})
