import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, thisPlatform } from '@vpc-bridge/standalone'
import {
  captureState,
  createContainerHost,
  createWorld,
  inside,
  output,
  ping,
  startContainerd,
  writeSysctl,
} from '@vpc-bridge/testbed'
import { beforeAll, expect, onTestFinished, test } from 'vitest'

const bundle = join(import.meta.dirname, '../dist/main.js')
let directory: string

beforeAll(async () => {
  const platform = thisPlatform() ?? 'linux-x64'
  directory = await mkdtemp(join(tmpdir(), 'vpc-bridge-ptp-'))
  ;(await build({ bundle, output: join(directory, 'ptp'), platform }))._unsafeUnwrap()
  return () => rm(directory, { recursive: true })
})

const network = {
  cniVersion: '1.0.0',
  name: 'net',
  plugins: [
    {
      type: 'ptp',
      ipMasq: true,
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: '10.88.0.0/24' }], [{ subnet: 'fd00:88::/64' }]],
        routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0' }],
      },
    },
  ],
}

test('The executable is less than 1 MiB.', async () => {
  expect((await stat(join(directory, 'ptp'))).size).toBeLessThan(2 ** 20)
})

test('As one small executable, run by containerd, it connects containers, to machines beyond that have no route to them, and leaves nothing.', async () => {
  const { host, destroy } = await createWorld()
  onTestFinished(() => destroy())
  // Both stay as an ADD leaves them.
  for (const path of ['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding']) await writeSysctl(host, path, '1')
  const containerHost = await createContainerHost(host)
  onTestFinished(() => containerHost.stop())
  await mkdir(containerHost.path('/opt/cni/bin'), { recursive: true })
  await mkdir(containerHost.path('/etc/cni/net.d'), { recursive: true })
  await cp(join(directory, 'ptp'), containerHost.path('/opt/cni/bin/ptp'))
  await cp('/usr/lib/cni/host-local', containerHost.path('/opt/cni/bin/host-local'))
  await writeFile(containerHost.path('/etc/cni/net.d/10-net.conflist'), JSON.stringify(network))
  const before = await captureState(host)
  const { start } = await startContainerd(containerHost)
  const one = await start('one', ['sleep', '1000'])
  const other = await start('other', ['sleep', '1000'])

  for (const to of ['10.88.0.1', '10.88.0.3', '192.168.1.1', '10.1.0.2'])
    expect(await ping(one.netns, to), to).toBe(true)
  await output(inside(one.netns, ['ping', '-c', '1', '-W', '2', 'fd00:88::3']))

  await one.stop()
  expect(await ping(other.netns, '10.1.0.2')).toBe(true)
  await other.stop()
  expect(await output(inside(host, ['nft', 'list', 'ruleset']))).toBe('')
  expect(await captureState(host)).toEqual(before)
  const reserved = await readdir(containerHost.path('/var/lib/cni/networks/net'))
  expect(reserved.filter((name) => /^[\df]/.test(name))).toEqual([])
})
