import { fileURLToPath } from 'node:url'
import { macFor } from '@vpc-bridge/plugin'
import { addresses, captureState, inside, output, ping, run } from '@vpc-bridge/testbed'
import { describe, expect, test } from 'vitest'
import { builds, config, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

const second = { ...config, ipAddresses: ['192.168.1.44/24'] }

/** The program by the other driver: no build, since none of them takes it. */
const overIproute2 = [
  process.execPath,
  '--conditions=@vpc-bridge/source',
  fileURLToPath(new URL('support/over-iproute2.ts', import.meta.url)),
]

const aMac = expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)

describe.each(builds)('$build', ({ program }) => {
  test('answers an ADD with the interface, its address and router', async () => {
    const { host, blue } = await useWorld()
    const result = await succeed(program, host, { command: 'ADD', netns: blue })
    expect(result).toEqual({
      cniVersion: '0.3.1',
      interfaces: [
        { name: 'blueveth', mac: aMac, sandbox: blue },
        { name: expect.stringMatching(/^veth[0-9a-f]{11}$/), mac: aMac },
        { name: expect.stringMatching(/^vpcbr\d+$/), mac: aMac },
      ],
      ips: [{ version: '4', interface: 0, address: '192.168.1.43/24', gateway: '192.168.1.1' }],
      routes: [{ dst: '0.0.0.0/0', gw: '192.168.1.1' }],
      dns: {},
    })
    const [shown] = JSON.parse(await output(inside(blue, ['ip', '-j', 'link', 'show', 'dev', 'blueveth'])))
    expect(result.interfaces[0].mac).toBe(shown.address)
  })

  test('hands on the dns settings, in 1.0.0 without the version of addresses', async () => {
    const { host, blue } = await useWorld()
    const dns = { nameservers: ['169.254.169.253'], search: ['ec2.internal'] }
    const result = await succeed(program, host, {
      command: 'ADD',
      netns: blue,
      config: { ...config, cniVersion: '1.0.0', dns },
    })
    expect(result).toMatchObject({ cniVersion: '1.0.0', dns })
    expect(result.ips).toEqual([{ interface: 0, address: '192.168.1.43/24', gateway: '192.168.1.1' }])
  })

  test('DEL leaves both namespaces as they were before ADD', async () => {
    const { host, blue } = await useWorld()
    const before = [await captureState(host), await captureState(blue)]
    await succeed(program, host, { command: 'ADD', netns: blue })
    expect(await captureState(host)).not.toEqual(before[0])
    await succeed(program, host, { command: 'DEL', netns: blue })
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
  })

  test('an ENI that was down is down again, and one that was forwarding still is', async () => {
    const { host, blue } = await useWorld()
    await output(inside(host, ['ip', 'address', 'flush', 'dev', 'eth10']))
    await output(inside(host, ['ip', 'link', 'set', 'eth10', 'down']))
    await output(inside(host, ['tee', '/proc/sys/net/ipv4/conf/eth10/forwarding']), { input: '1' })
    const before = await captureState(host)
    await succeed(program, host, { command: 'ADD', netns: blue })
    expect((await captureState(host)).links.find(({ ifname }) => ifname === 'eth10')?.['flags']).toContain('UP')
    await succeed(program, host, { command: 'DEL', netns: blue })
    expect(await captureState(host)).toEqual(before)
  })

  test('an ENI that was down stays up once somebody has given it an address', async () => {
    const { host, blue } = await useWorld()
    await output(inside(host, ['ip', 'address', 'flush', 'dev', 'eth10']))
    await output(inside(host, ['ip', 'link', 'set', 'eth10', 'down']))
    await succeed(program, host, { command: 'ADD', netns: blue })
    await output(inside(host, ['ip', 'address', 'add', '192.168.1.42/24', 'dev', 'eth10']))
    await succeed(program, host, { command: 'DEL', netns: blue })
    expect((await captureState(host)).links.find(({ ifname }) => ifname === 'eth10')?.['flags']).toContain('UP')
  })

  test('packets go to the router and beyond and back, 9001 bytes unfragmented, and between two containers', async () => {
    const { host, router, beyond, blue, addContainer, assignToEni } = await useWorld()
    const red = await addContainer('red')
    await assignToEni('192.168.1.44')
    await succeed(program, host, { command: 'ADD', netns: blue })
    await succeed(program, host, { command: 'ADD', netns: red, containerId: 'red', config: second })
    const packetSize = 9001
    expect(await ping(blue, addresses.router, { packetSize })).toBe(true)
    expect(await ping(blue, addresses.beyond, { packetSize })).toBe(true)
    expect(await ping(router, '192.168.1.43', { packetSize })).toBe(true)
    expect(await ping(beyond, '192.168.1.43', { packetSize })).toBe(true)
    expect(await ping(host, '192.168.1.43', { packetSize })).toBe(true)
    expect(await ping(blue, addresses.eni, { packetSize })).toBe(true)
    expect(await ping(blue, '192.168.1.44', { packetSize })).toBe(true)
    expect(await ping(red, '192.168.1.43', { packetSize })).toBe(true)
    expect(await ping(blue, addresses.router, { packetSize: 9002 })).toBe(false)

    await succeed(program, host, { command: 'DEL', netns: blue })
    expect(await ping(red, addresses.beyond, { packetSize })).toBe(true)
    expect(await ping(beyond, '192.168.1.44', { packetSize })).toBe(true)
    expect(await ping(beyond, '192.168.1.43')).toBe(false)
  })

  test('DEL of one endpoint leaves what the other needs, DEL of the last one nothing', async () => {
    const { host, blue, addContainer } = await useWorld()
    const red = await addContainer('red')
    const before = await captureState(host)
    await succeed(program, host, { command: 'ADD', netns: blue })
    const withBlue = await captureState(host)
    await succeed(program, host, { command: 'ADD', netns: red, containerId: 'red', config: second })
    await succeed(program, host, { command: 'DEL', netns: red, containerId: 'red', config: second })
    expect(await captureState(host)).toEqual(withBlue)
    await succeed(program, host, { command: 'DEL', netns: blue })
    expect(await captureState(host)).toEqual(before)
  })

  test('one container may have two interfaces, the first of which has the default route', async () => {
    const { host, blue, beyond, assignToEni } = await useWorld()
    await assignToEni('192.168.1.44')
    const before = await captureState(host)
    await succeed(program, host, { command: 'ADD', netns: blue })
    const made = await succeed(program, host, { command: 'ADD', netns: blue, ifName: 'eth1', config: second })
    expect(made).not.toHaveProperty('routes')
    const routes: readonly { dev: string }[] = JSON.parse(
      await output(inside(blue, ['ip', '-json', 'route', 'show', 'default'])),
    )
    expect(routes.map(({ dev }) => dev)).toEqual(['blueveth'])
    expect((await run(inside(blue, ['ping', '-c1', '-W2', '-I', 'eth1', '192.168.1.1']))).exitCode).toBe(0)
    await succeed(program, host, { command: 'DEL', netns: blue, ifName: 'eth1', config: second })
    expect(await ping(beyond, '192.168.1.43')).toBe(true)
    await succeed(program, host, { command: 'DEL', netns: blue })
    expect(await captureState(host)).toEqual(before)
  })

  test('two networks on one ENI: the last of both puts the ENI back', async () => {
    const { host, blue, addContainer } = await useWorld()
    const red = await addContainer('red')
    const before = await captureState(host)
    const other = { ...second, name: 'other' }
    await succeed(program, host, { command: 'ADD', netns: blue })
    await succeed(program, host, { command: 'ADD', netns: red, containerId: 'red', config: other })
    await succeed(program, host, { command: 'DEL', netns: blue })
    expect((await captureState(host)).sysctls['ipv4/conf/eth10/forwarding']).toBe('1')
    await succeed(program, host, { command: 'DEL', netns: red, containerId: 'red', config: other })
    expect(await captureState(host)).toEqual(before)
  })

  test('a MAC address alone finds the ENI', async () => {
    const { host, blue } = await useWorld()
    const before = await captureState(host)
    const byMac = { ...config, eniName: '', eniMACAddress: '02:00:00:00:00:10' }
    await succeed(program, host, { command: 'ADD', netns: blue, config: byMac })
    expect(await ping(blue, addresses.beyond)).toBe(true)
    await succeed(program, host, { command: 'DEL', netns: blue, config: byMac })
    expect(await captureState(host)).toEqual(before)
  })

  test('bridge and host veth tell whose they are', async () => {
    const { host, blue } = await useWorld()
    await succeed(program, host, { command: 'ADD', netns: blue })
    const { links } = await captureState(host)
    expect(links.map(({ ifalias }) => ifalias).filter((alias) => alias !== undefined)).toEqual([
      'vpc-bridge v=1 network=vpc eni=eth10 mac=02:00:00:00:00:10 up=1 forwarding=0',
      'vpc-bridge v=1 network=vpc container=test-container interface=blueveth addresses=192.168.1.43/24',
    ])
    const { address, ifname } = links.find(({ kind }) => kind === 'bridge') ?? {}
    expect(address).toBe(macFor(`bridge ${ifname}`))
  })
})

test.each([
  ['L3', config],
  ['L2', { ...config, bridgeType: 'L2' }],
  ['TAP', { ...config, interfaceType: 'tap', tapUserID: '1000' }],
])('all builds leave the same state in %s, and so does the driver over ip', async (_, mode) => {
  const states = []
  for (const program of [...builds.map((each) => each.program), overIproute2]) {
    const { host, blue } = await useWorld()
    await succeed(program, host, { command: 'ADD', netns: blue, config: mode })
    const state = JSON.stringify([await captureState(host), await captureState(blue)])
    // A record tells where the TAP interface is.
    states.push(JSON.parse(state.replaceAll(blue, 'blue')))
  }
  expect(states).toHaveLength(3)
  expect(states[1]).toEqual(states[0])
  expect(states[2]).toEqual(states[0])
})
