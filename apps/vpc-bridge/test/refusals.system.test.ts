import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { captureState, inside, output, ping } from '@vpc-bridge/testbed'
import { expect, onTestFinished, test } from 'vitest'
import { config, execute, fail, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

test('refuses what cannot be, and changes nothing', { timeout: 120_000 }, async () => {
  const { host, blue } = await useWorld()
  const before = [await captureState(host), await captureState(blue)]
  const add = { command: 'ADD', netns: blue } as const
  const refuse = async (code: number, msg: string, change: Partial<Parameters<typeof fail>[2]>) => {
    const error = await fail(program, host, { ...add, ...change })
    expect(error).toMatchObject({ code, msg: expect.stringContaining(msg) })
  }
  await refuse(100, 'no network interface is named eth11', { config: { ...config, eniName: 'eth11' } })
  await refuse(7, 'lo has no MAC address', { config: { ...config, eniName: 'lo' } })
  await refuse(3, `there is no network namespace at ${blue}-nope`, { netns: `${blue}-nope` })
  await refuse(4, '/etc/passwd is not a network namespace', { netns: '/etc/passwd' })
  await refuse(4, "is the host's own network namespace", { netns: host })
  await refuse(4, "is the host's own network namespace", { netns: '/proc/self/ns/net' })
  await refuse(4, 'CNI_NETNS must be set for ADD', { netns: '' })
  await refuse(101, 'an interface named lo exists', { ifName: 'lo' })
  await refuse(6, 'the network configuration is not JSON', { config: '{' })
  await refuse(1, 'incompatible CNI version', { config: { ...config, cniVersion: '9.9.9' } })
  await refuse(7, 'ipAddresses: found [], expected', { config: { ...config, ipAddresses: [] } })
  await refuse(7, 'gatewayIPAddress: found "fd00::1", expected an IPv4', {
    config: { ...config, gatewayIPAddress: 'fd00::1' },
  })
  await refuse(7, 'name: found "a network"', { config: { ...config, name: 'a network' } })
  await refuse(4, 'bytes, for which an alias has room', { containerId: 'c'.repeat(250) })
  await refuse(4, 'CNI_IFNAME is "all"', { ifName: 'all' })
  await refuse(7, 'bridgeType: found "L4"', { config: { ...config, bridgeType: 'L4' } })
  await refuse(7, 'interfaceType: found "vlan"', { config: { ...config, interfaceType: 'vlan' } })
  await refuse(7, 'no network namespace at /var/run/netns/red (bridgeNetNSPath)', {
    config: { ...config, bridgeNetNSPath: 'red' },
  })
  expect([await captureState(host), await captureState(blue)]).toEqual(before)
})

test('refuses an interface name that exists, even its own, and leaves it working', async () => {
  const { host, blue } = await useWorld()
  await succeed(program, host, { command: 'ADD', netns: blue })
  const before = [await captureState(host), await captureState(blue)]
  expect(await fail(program, host, { command: 'ADD', netns: blue })).toMatchObject({ code: 101 })
  expect(await fail(program, host, { command: 'ADD', netns: blue, containerId: 'other' })).toMatchObject({
    code: 101,
  })
  expect([await captureState(host), await captureState(blue)]).toEqual(before)
})

test('refuses the interface of another network, or with other addresses; the DEL that follows leaves it', async () => {
  const { host, blue } = await useWorld()
  await succeed(program, host, { command: 'ADD', netns: blue })
  const before = [await captureState(host), await captureState(blue)]
  for (const change of [{ name: 'other' }, { ipAddresses: ['192.168.1.44/24'] }]) {
    const add = { command: 'ADD', netns: blue, config: { ...config, ...change } } as const
    expect(await fail(program, host, add)).toMatchObject({ code: 101 })
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
  }
  await succeed(program, host, { command: 'DEL', netns: blue, config: { ...config, name: 'other' } })
  expect([await captureState(host), await captureState(blue)]).toEqual(before)
  // Nor is it taken for unfinished when the network lacks something.
  await output(inside(host, ['sysctl', '-qw', 'net.ipv4.conf.eth10.forwarding=0']))
  expect(await fail(program, host, { command: 'ADD', netns: blue })).toMatchObject({ code: 101 })
})

test('refuses an address that another endpoint has; no DEL takes what leads to it', async () => {
  const world = await useWorld()
  const { host, blue } = world
  const red = await world.addContainer('red')
  for (const [mode, reaches] of [
    [{ ...config, ipAddresses: ['192.168.1.43/24', 'fd00:1::43/64'] }, true],
    [{ ...config, bridgeType: 'L2' }, false],
  ] as const) {
    const empty = [await captureState(host), await captureState(red)]
    await succeed(program, host, { command: 'ADD', netns: blue, config: mode })
    const before = [await captureState(host), await captureState(red)]
    const add = { netns: red, containerId: 'red', config: mode } as const
    expect(await fail(program, host, { ...add, command: 'ADD' })).toMatchObject({
      code: 110,
      msg: expect.stringContaining('blueveth of container test-container has the address 192.168.1.43/24 already'),
    })
    expect([await captureState(host), await captureState(red)]).toEqual(before)
    for (const netns of [red, '/nowhere']) await succeed(program, host, { ...add, netns, command: 'DEL' })
    expect([await captureState(host), await captureState(red)]).toEqual(before)
    if (reaches) expect(await ping(blue, '192.168.1.1')).toBe(true)
    await succeed(program, host, { command: 'DEL', netns: blue, config: mode })
    if (reaches) await output(inside(host, ['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=0']))
    expect([await captureState(host), await captureState(red)]).toEqual(empty)
  }
})

test('an unfinished endpoint that cannot be finished: says why', async () => {
  const { host, blue } = await useWorld()
  await succeed(program, host, { command: 'ADD', netns: blue })
  const links: readonly { ifname: string; ifalias?: string }[] = JSON.parse(
    await output(inside(host, ['ip', '-json', 'link', 'show', 'type', 'veth'])),
  )
  const end = links.find(({ ifalias = '' }) => ifalias.includes('container='))
  await output(inside(host, ['ip', 'link', 'set', end?.ifname ?? '', 'alias', `${end?.ifalias} unfinished=1`]))
  await output(inside(blue, ['ip', 'route', 'replace', 'unreachable', 'default']))
  const error = await fail(program, host, { command: 'ADD', netns: blue })
  expect(error).toMatchObject({ code: 103, msg: expect.stringContaining('route 0.0.0.0/0') })
})

test("does not take somebody else's link for its own, and rolls back", async () => {
  const { host, blue } = await useWorld()
  const [eni] = JSON.parse(await output(inside(host, ['ip', '-j', 'link', 'show', 'dev', 'eth10'])))
  await output(inside(host, ['ip', 'link', 'add', `vpcbr${eni.ifindex}dummy`, 'type', 'bridge']))
  const before = [await captureState(host), await captureState(blue)]
  const error = await fail(program, host, { command: 'ADD', netns: blue })
  expect(error).toMatchObject({ code: 103, msg: expect.stringContaining('EEXIST') })
  expect(error.msg).toContain('all changes were rolled back')
  expect([await captureState(host), await captureState(blue)]).toEqual(before)
})

test('answers VERSION', async () => {
  const { host } = await useWorld()
  const version = await succeed(program, host, { command: 'VERSION', config: { cniVersion: '0.4.0' } })
  expect(version).toEqual({ cniVersion: '0.4.0', supportedVersions: ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] })
})

test('writes the log that it is told to, and works without', async () => {
  const { host, blue } = await useWorld()
  const directory = await mkdtemp(join(tmpdir(), 'log-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const file = join(directory, 'vpc-bridge.log')
  const environment = { VPC_CNI_LOG_FILE: file, VPC_CNI_LOG_LEVEL: 'debug' }
  await succeed(program, host, { command: 'ADD', netns: blue, environment })
  const log = await readFile(file, 'utf8')
  expect(log).toMatch(
    /^\S+Z \[WARN\] \d+ ADD test-container blueveth: eniMACAddress 12:34:56:78:9a:bc is not that of eth10/m,
  )
  expect(log).toMatch(/\[DEBUG\] .*: bridge vpcbr\d+$/m)
  for (const unwritable of ['/nope/vpc-bridge.log', '/dev/full', directory]) {
    const quiet = { VPC_CNI_LOG_FILE: unwritable, VPC_CNI_LOG_LEVEL: 'trace' }
    await succeed(program, host, { command: 'DEL', netns: blue, environment: quiet })
    await succeed(program, host, { command: 'ADD', netns: blue, environment: quiet })
  }
})

test('without privileges it says so', async () => {
  const { host, blue } = await useWorld()
  const unprivileged = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs', ...program]
  const { exitCode, stdout } = await execute(unprivileged, host, { command: 'ADD', netns: blue })
  expect(exitCode).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ details: expect.stringContaining('run it as root') })
})
