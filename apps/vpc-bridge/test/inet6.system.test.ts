import { setTimeout } from 'node:timers/promises'
import { captureState, inside, output, ping, type World, writeSysctl } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { advertising } from './support/advertise.ts'
import { config, fail, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

const dualStack = { ...config, ipAddresses: ['192.168.1.43/24', 'fd00:1::43/64'] }
const inet6Only = { ...config, gatewayIPAddress: '', ipAddresses: ['fd00:1::43/64'] }

/** A world whose VPC has IPv6 as well: fd00:1::1 is the router, fd00:2::2 the machine beyond. */
async function useInet6World(): Promise<World & { readonly blue: string }> {
  const world = await useWorld()
  const lines = {
    [world.router]: [
      'address add fd00:1::1/64 dev vpc nodad',
      'address add fd00:2::1/64 dev far nodad',
      'neighbour replace fd00:1::43 lladdr 02:00:00:00:00:10 dev vpc nud permanent',
    ],
    [world.beyond]: ['address add fd00:2::2/64 dev eth0 nodad', 'route add default via fd00:2::1'],
    [world.host]: ['address add fd00:1::42/64 dev eth10 nodad', 'route add default via fd00:1::1 dev eth10'],
  }
  for (const [netns, batch] of Object.entries(lines)) {
    await output(inside(netns, ['ip', '-6', '-batch', '-']), { input: batch.join('\n') })
  }
  await writeSysctl(world.router, 'net/ipv6/conf/all/forwarding', '1')
  return world
}

/** What ADD, even one that fails, and DEL leave on purpose: the switch of the whole host, and what it switches. */
function withoutForwarding(state: Awaited<ReturnType<typeof captureState>>): unknown {
  return JSON.parse(
    JSON.stringify(state, (key, value) => (/^ipv6\/conf\/.*\/forwarding$/.test(key) ? undefined : value)),
  )
}

test.each([
  ['dual stack', dualStack],
  ['IPv6 only', inet6Only],
])('%s: packets go to the router and beyond and back, at once', async (_, configuration) => {
  const world = await useInet6World()
  const { host, blue } = world
  const before = [await captureState(host), await captureState(blue)]
  const result = await succeed(program, host, { command: 'ADD', netns: blue, config: configuration })
  expect(result.ips.at(-1)).toMatchObject({ address: 'fd00:1::43/64', gateway: 'fe80::1' })
  expect(await ping(blue, 'fd00:1::1')).toBe(true)
  expect(await ping(blue, 'fd00:2::2')).toBe(true)
  expect(await ping(world.beyond, 'fd00:1::43')).toBe(true)
  expect(await ping(host, 'fd00:1::43')).toBe(true)
  if (configuration === dualStack) expect(await ping(blue, '10.1.0.2')).toBe(true)
  const addresses = JSON.parse(await output(inside(blue, ['ip', '-json', '-6', 'address', 'show', 'blueveth'])))
  expect(addresses[0].addr_info).toContainEqual(expect.objectContaining({ local: 'fd00:1::43', prefixlen: 128 }))
  expect(
    addresses[0].addr_info.find(({ local }: { local: string }) => local === 'fd00:1::43').tentative,
  ).toBeUndefined()
  await succeed(program, host, { command: 'DEL', netns: blue, config: configuration })
  const after = [await captureState(host), await captureState(blue)]
  expect(after.map(withoutForwarding)).toEqual(before.map(withoutForwarding))
})

test('the host keeps the default route that it learnt from advertisements, and takes none from a container', async () => {
  const { host, blue } = await useInet6World()
  const learn = ['ip', '-6', 'route', 'replace', 'default', 'via', 'fd00:1::1', 'dev', 'eth10', 'proto', 'ra']
  await output(inside(host, learn))
  await succeed(program, host, { command: 'ADD', netns: blue, config: dualStack })
  const routes = JSON.parse(await output(inside(host, ['ip', '-json', '-6', 'route', 'show', 'default'])))
  expect(routes).toMatchObject([{ gateway: 'fd00:1::1', protocol: 'ra' }])
  const { sysctls } = await captureState(host)
  expect(sysctls['ipv6/conf/eth10/accept_ra']).toBe('2')
  const bridge = Object.keys(sysctls).find((path) => /^ipv6\/conf\/vpcbr\d+\/accept_ra$/.test(path))
  expect(sysctls[bridge ?? '']).toBe('0')
})

test.each([
  ['IPv4 only', config],
  ['dual stack', dualStack],
  ['L2', { ...config, bridgeType: 'L2' }],
])(
  '%s: a container that advertises itself as a router gives the host no route',
  async (_, configuration) => {
    const { host, blue } = await useInet6World()
    const { interfaces } = await succeed(program, host, { command: 'ADD', netns: blue, config: configuration })
    const learnt = async () => output(inside(host, ['ip', '-6', 'route', 'show', 'proto', 'ra']))
    await advertising(blue, 'blueveth', async () => {
      await setTimeout(3000)
      expect(await learnt()).toBe('')
      // That there was something to learn.
      await writeSysctl(host, `net/ipv6/conf/${interfaces[2].name}/accept_ra`, '2')
      await expect.poll(learnt, { timeout: 20_000 }).toContain('default via fe80::')
    })
  },
  60_000,
)

test('dual stack after IPv4 only, with a route that came from a container: takes no more', async () => {
  const world = await useInet6World()
  const { host, blue } = world
  const { interfaces } = await succeed(program, host, { command: 'ADD', netns: blue, config })
  const bridge = interfaces[2].name
  const rogue = ['ip', '-6', 'route', 'replace', 'default', 'via', 'fe80::9', 'dev', bridge, 'proto', 'ra']
  await output(inside(host, rogue))
  const red = await world.addContainer('red')
  const add = { netns: red, containerId: 'red', config: { ...inet6Only, ipAddresses: ['fd00:1::44/64'] } }
  await succeed(program, host, { command: 'ADD', ...add })
  expect((await captureState(host)).sysctls[`ipv6/conf/${bridge}/accept_ra`]).toBe('0')
})

test.each([
  ['on the host', 'host'],
  ['in its namespace', 'blue'],
] as const)('IPv6 disabled %s is an error that says so, and nothing is changed', async (where, which) => {
  const world = await useInet6World()
  await writeSysctl(world[which], 'net/ipv6/conf/default/disable_ipv6', '1')
  const before = [await captureState(world.host), await captureState(world.blue)]
  const error = await fail(program, world.host, { command: 'ADD', netns: world.blue, config: dualStack })
  expect(error).toMatchObject({ code: 106, msg: expect.stringContaining(`IPv6 is disabled ${where}`) })
  expect([await captureState(world.host), await captureState(world.blue)]).toEqual(before)
})

test('IPv6 disabled on the ENI is an error that says so, and nothing is changed', async () => {
  const { host, blue } = await useInet6World()
  await writeSysctl(host, 'net/ipv6/conf/eth10/disable_ipv6', '1')
  const before = [await captureState(host), await captureState(blue)]
  const error = await fail(program, host, { command: 'ADD', netns: blue, config: dualStack })
  expect(error).toMatchObject({ code: 106, msg: expect.stringContaining('conf/eth10/disable_ipv6 is not 0') })
  expect([await captureState(host), await captureState(blue)]).toEqual(before)
})

test('a failed ADD leaves the switch of the host on, and puts back all else', async () => {
  const { host, blue } = await useInet6World()
  await writeSysctl(host, 'net/ipv6/conf/default/forwarding', '1')
  await output(inside(blue, ['ip', '-6', 'route', 'add', 'unreachable', 'default']))
  const before = [withoutForwarding(await captureState(host)), await captureState(blue)]
  await fail(program, host, { command: 'ADD', netns: blue, config: dualStack })
  expect([withoutForwarding(await captureState(host)), await captureState(blue)]).toEqual(before)
  const forwarding = ['all', 'default', 'eth10'].map((name) => `/proc/sys/net/ipv6/conf/${name}/forwarding`)
  expect(await output(inside(host, ['cat', ...forwarding]))).toBe('1\n1\n0')
})
