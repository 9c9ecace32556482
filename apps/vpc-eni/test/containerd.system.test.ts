import { cp, mkdir, stat, writeFile } from 'node:fs/promises'
import {
  addresses,
  captureState,
  createContainerHost,
  createWorld,
  inside,
  output,
  ping,
  startContainerd,
} from '@vpc-bridge/testbed'
import { expect, onTestFinished, test } from 'vitest'
import { buildExecutable } from './executable.ts'

const network = {
  cniVersion: '1.0.0',
  name: 'eni',
  plugins: [
    {
      type: 'vpc-eni',
      eniName: 'eth10',
      eniIPAddresses: ['192.168.1.43/24'],
      gatewayIPAddresses: [addresses.router],
      blockInstanceMetadata: true,
    },
  ],
}

test('As one small executable, run by containerd, it moves the ENI into a container, and leaves nothing else.', async () => {
  const executable = await buildExecutable()
  expect((await stat(executable)).size).toBeLessThan(2 ** 20)
  const { host, router, destroy } = await createWorld()
  onTestFinished(() => destroy())
  const containerHost = await createContainerHost(host)
  onTestFinished(() => containerHost.stop())
  await mkdir(containerHost.path('/opt/cni/bin'), { recursive: true })
  await mkdir(containerHost.path('/etc/cni/net.d'), { recursive: true })
  await cp(executable, containerHost.path('/opt/cni/bin/vpc-eni'))
  await writeFile(containerHost.path('/etc/cni/net.d/10-eni.conflist'), JSON.stringify(network))
  const { start } = await startContainerd(containerHost)
  const one = await start('one', ['sleep', '1000'])

  expect(await ping(one.netns, addresses.router)).toBe(true)
  expect(await ping(one.netns, addresses.beyond)).toBe(true)
  expect(await ping(router, '192.168.1.43')).toBe(true)
  expect(await output(inside(one.netns, ['ip', 'route', 'show', 'type', 'blackhole']))).toContain(
    'blackhole 169.254.169.254',
  )
  await expect(output(inside(host, ['ip', 'link', 'show', 'eth10']))).rejects.toThrow('does not exist')

  await one.stop()
  // This ENI is an end of a veth pair, which dies with the container's namespace: uml.system.test.ts has one that comes home.
  expect((await captureState(host)).links.map(({ ifname }) => ifname)).toEqual(['lo'])
})
