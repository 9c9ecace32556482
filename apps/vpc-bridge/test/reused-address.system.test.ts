import { inside, output, ping, type World } from '@vpc-bridge/testbed'
import { expect, onTestFinished, test } from 'vitest'
import { startGuest } from './support/guest.ts'
import { config, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

/** What a kernel learns does not depend on the build. */
const addresses = ['192.168.1.43/24', 'fd00:1::43/64'] as const
const modes = [
  ['L3', config],
  ['L3, dual stack', { ...config, ipAddresses: addresses }],
  ['L3, TAP', { ...config, interfaceType: 'tap', tapUserID: '12345' }],
  ['L2', { ...config, bridgeType: 'L2' }],
  ['L2, TAP', { ...config, bridgeType: 'L2', interfaceType: 'tap', tapUserID: '12345' }],
] as const

/** Makes an endpoint in a new container, and runs the virtual machine behind a TAP interface. */
async function connect(world: World, name: string, configuration: object) {
  const attachment = { netns: await world.addContainer(name), containerId: name, config: configuration }
  const result = await succeed(program, world.host, { command: 'ADD', ...attachment })
  const guest =
    'tapUserID' in configuration
      ? await startGuest({
          container: attachment.netns,
          ifName: 'blueveth',
          netns: await world.addContainer(`machine-${name}`),
          mac: result.interfaces[0].mac,
          address: result.ips[0].address,
          gateway: result.ips[0].gateway,
          user: 12345,
        })
      : undefined
  if (guest !== undefined) onTestFinished(guest.stop)
  const mac: string = result.interfaces[0].mac
  const disconnect = async () => {
    await guest?.stop()
    await succeed(program, world.host, { command: 'DEL', ...attachment })
  }
  return { mac, disconnect }
}

test.each(modes)('%s: the first packet to an address that is used again arrives', async (_, configuration) => {
  const world = await useWorld()
  const { host } = world
  // Which keeps the bridge, and what the host knows of its neighbours.
  await connect(world, 'other', { ...configuration, ipAddresses: ['192.168.1.44/24'] })
  const hosts = (configuration.ipAddresses ?? []).map((each) => each.replace(/\/.*/, ''))
  const first = await connect(world, 'first', configuration)
  for (const address of hosts) expect(await ping(host, address)).toBe(true)
  const known = await output(inside(host, ['ip', 'neighbour', 'show']))
  for (const address of hosts) expect(known).toMatch(new RegExp(`^${address} .* lladdr ${first.mac} `, 'm'))
  await first.disconnect()
  const second = await connect(world, 'second', configuration)
  expect(second.mac).not.toBe(first.mac)
  for (const address of hosts) expect(await ping(host, address)).toBe(true)
  await second.disconnect()
  const left = await output(inside(host, ['ip', 'neighbour', 'show', 'nud', 'all']))
  for (const address of hosts) expect(left).not.toContain(`${address} `)
})
