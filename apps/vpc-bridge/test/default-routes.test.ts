import type { Netns, Operation } from '@vpc-bridge/kernel'
import type { RunChild } from '@vpc-bridge/runtime'
import { expect, test } from 'vitest'
import { createPluginHost } from './support/plugin-host.ts'
import { config } from './support/runtime.ts'

const newest = { ...config, cniVersion: '1.1.0' }
const others = {
  destination: '0.0.0.0/0',
  gateway: '10.9.9.1',
  dev: 'net0',
  onlink: true,
  scope: 'global',
  protocol: 'boot',
  metric: 0,
} as const

/** A container with a default route by an interface that another plugin has made. */
async function stage(runChild?: RunChild) {
  const machine = await createPluginHost(['blue'], runChild)
  const container = (await machine.kernel.open('/blue'))._unsafeUnwrap()
  const change = async (operation: Operation) => (await container.change(operation))._unsafeUnwrap()
  return { ...machine, container, change }
}

async function connectOther(change: (operation: Operation) => Promise<unknown>) {
  await change({ do: 'add link', link: { kind: 'dummy', name: 'net0', up: true } })
  await change({ do: 'add address', address: { dev: 'net0', address: '10.9.9.2/24' } })
  await change({ do: 'add route', route: others })
}

async function defaultDevices(container: Netns): Promise<readonly string[]> {
  const routes = (await container.routes({ family: 'inet', destination: '0.0.0.0/0' }))._unsafeUnwrap()
  return routes.map(({ dev }) => dev)
}

test("the default route of another interface stays the container's only one, whatever becomes of it later", async () => {
  const { kernel, container, change, succeed } = await stage()
  await connectOther(change)
  const before = kernel.state()
  const prevResult = await succeed('ADD', 'blue', newest)
  expect(prevResult).toMatchObject({ ips: [{ gateway: '192.168.1.1' }] })
  expect(prevResult).not.toHaveProperty('routes')
  expect(await defaultDevices(container)).toEqual(['net0'])
  await succeed('CHECK', 'blue', { ...newest, prevResult })

  await change({ do: 'delete route', route: others })
  await succeed('CHECK', 'blue', { ...newest, prevResult })
  await change({ do: 'add route', route: others })
  await succeed('DEL', 'blue', newest)
  expect(kernel.state()).toEqual(before)
})

test('an interface with a default route has it still once another one has got one, too', async () => {
  const { container, change, succeed } = await stage()
  const prevResult = await succeed('ADD', 'blue', newest)
  await change({ do: 'add link', link: { kind: 'dummy', name: 'net0', up: true } })
  await change({ do: 'add route', route: { ...others, metric: 100 } })
  await succeed('CHECK', 'blue', { ...newest, prevResult })
  expect(await defaultDevices(container)).toContain('eth0')
})

test.each([
  ['no route', [], ['eth0']],
  ['routes, but no default one', [{ dst: '10.20.0.0/16' }], []],
  ['a default route among others', [{ dst: '10.20.0.0/16' }, { dst: '0.0.0.0/0' }], ['eth0']],
])('an IPAM plugin that gives %s decides whether there is a default route', async (_, routes, devices) => {
  const given = { cniVersion: '1.1.0', ips: [{ address: '192.168.1.43/24', gateway: '192.168.1.1' }], routes }
  const answer: RunChild = async () => ({ kind: 'exited', code: 0, stdout: JSON.stringify(given), stderr: '' })
  const { container, succeed } = await stage(answer)
  const { ipAddresses: _addresses, gatewayIPAddress: _gateway, ...rest } = newest
  const document = { ...rest, ipam: { type: 'host-local' } }
  const prevResult = await succeed('ADD', 'blue', document)
  expect(await defaultDevices(container)).toEqual(devices)
  await succeed('CHECK', 'blue', { ...document, prevResult })
})
