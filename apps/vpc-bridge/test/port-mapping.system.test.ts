import { once } from 'node:events'
import { addresses, eniMac, inside, output } from '@vpc-bridge/testbed'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { fetchFrom } from './support/fetch-from.ts'
import { config, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

const serving = `require('node:http').createServer((_, answer) => answer.end('blue')).listen(80, () => console.log('ready'))`

/** Serves a word on port 80 of a namespace until the test ends. */
async function serve(netns: string): Promise<void> {
  const [file = '', ...args] = inside(netns, [process.execPath, '-e', serving])
  const server = execa(file, args, { reject: false })
  onTestFinished(async () => {
    server.kill()
    await server
  })
  await once(server.stdout, 'data')
}

test('L2: a mapped port is reached from outside where the host forwards, and its bridges ask iptables', async () => {
  const { host, blue, router, beyond } = await useWorld()
  const document = { ...config, eniMACAddress: eniMac, cniVersion: '1.0.0', bridgeType: 'L2' }
  const prevResult = await succeed(program, host, { command: 'ADD', netns: blue, config: document })
  const mapping = {
    ...{ cniVersion: '1.0.0', name: 'vpc', type: 'portmap', prevResult },
    runtimeConfig: { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] },
  }
  const identity = {
    CNI_CONTAINERID: 'test-container',
    CNI_IFNAME: 'blueveth',
    CNI_NETNS: blue,
    CNI_PATH: '/usr/lib/cni',
  }
  const portmap = (command: string) =>
    output(inside(host, ['/usr/lib/cni/portmap']), {
      input: JSON.stringify(mapping),
      environment: { ...identity, CNI_COMMAND: command },
    })
  await portmap('ADD')
  await serve(blue)
  const ask = (netns: string) => fetchFrom(netns, `http://${addresses.eni}:8080/`)
  const set = (...settings: readonly string[]) => output(inside(host, ['sysctl', '-qw', ...settings]))
  expect(await ask(host)).toBe('blue')
  await set('net.ipv4.ip_forward=0')
  expect(await ask(router)).toBe('no answer')
  await set('net.ipv4.ip_forward=1', 'net.bridge.bridge-nf-call-iptables=0')
  // Answers go to the VPC's router by the bridge alone, from the address of the container.
  expect(await ask(beyond)).toBe('no answer')
  await set('net.bridge.bridge-nf-call-iptables=1')
  for (const netns of [router, beyond]) expect(await ask(netns)).toBe('blue')
  await portmap('DEL')
  expect(await ask(beyond)).toBe('no answer')
})
