import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { build, thisPlatform } from '@vpc-bridge/standalone'
import { captureState, createWorld, inside, output, ping, run, writeSysctl } from '@vpc-bridge/testbed'
import { beforeAll, expect, onTestFinished, test } from 'vitest'

const bundle = join(import.meta.dirname, '../dist/main.js')
let directory: string
let ptp: string

beforeAll(async () => {
  const platform = thisPlatform() ?? 'linux-x64'
  directory = await mkdtemp(join(tmpdir(), 'vpc-bridge-ptp-'))
  ptp = join(directory, 'ptp')
  ;(await build({ bundle, output: ptp, platform }))._unsafeUnwrap()
  return () => rm(directory, { recursive: true })
})

/** A host with a container's namespace, at which ptp is typed. */
async function useHost() {
  const { host, addContainer, destroy } = await createWorld()
  onTestFinished(() => destroy())
  const blue = await addContainer('blue')
  // Both stay as an ADD leaves them.
  for (const path of ['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding']) await writeSysctl(host, path, '1')
  const reservations = join(directory, basename(host))
  const file = join(directory, `${basename(host)}.conf`)
  const ranges = [[{ subnet: '10.88.0.0/24' }], [{ subnet: 'fd00:88::/64' }]]
  const routes = [{ dst: '0.0.0.0/0' }, { dst: '::/0' }]
  const ipam = { type: 'host-local', dataDir: reservations, ranges, routes }
  await writeFile(file, JSON.stringify({ cniVersion: '1.0.0', name: 'net', type: 'ptp', ipam }))
  const environment = { CNI_PATH: '/usr/lib/cni', VPC_CNI_LOG_FILE: '/dev/null', PATH: process.env['PATH'] ?? '' }
  const type = (...args: readonly string[]) => run(inside(host, [ptp, ...args]), { environment })
  const endpoint = ['--config', file, '--netns', blue, '--container-id', basename(blue)]
  const reserved = async () =>
    (await readdir(join(reservations, 'net')).catch(() => [])).filter((name) => /^[\df]/.test(name))
  return { host, blue, file, type, endpoint, reserved }
}

test('By hand it connects a container, tells of it in every way, and disconnects it.', async () => {
  const { host, blue, type, endpoint, reserved } = await useHost()
  const before = await captureState(host)
  const planned = await type('plan', 'add', ...endpoint)
  expect(planned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('type veth peer name eth0') })
  expect([await captureState(host), await reserved()]).toEqual([before, []])

  const added = await type('add', ...endpoint)
  expect(added).toMatchObject({ exitCode: 0, stderr: '' })
  expect(JSON.parse(added.stdout).ips).toMatchObject([{ address: '10.88.0.2/24' }, { address: 'fd00:88::2/64' }])
  expect(await ping(blue, '10.88.0.1')).toBe(true)
  expect(await type('check', ...endpoint)).toMatchObject({ exitCode: 0, stdout: '{"connected":true,"drift":[]}' })
  const shown = await type('show', '--no-json')
  expect(shown.stdout).toContain(`eth0 in ${basename(blue)}`)
  expect(shown.stdout).toMatch(/\n✓ all is as ptp made it$/)

  await output(inside(host, ['ip', 'route', 'delete', '10.88.0.2/32']))
  const { drift } = JSON.parse((await type('check', ...endpoint)).stdout)
  expect(drift).toMatchObject([
    { what: expect.stringMatching(/^the route to 10\.88\.0\.2\/32 by veth\w+ is missing$/) },
  ])
  await output(inside(host, ['sh', '-c', drift[0].repair]))
  expect(await ping(blue, '10.88.0.1')).toBe(true)

  expect(await type('delete', ...endpoint)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect([await captureState(host), await reserved()]).toEqual([before, []])
})

test('A gc by hand removes what is not to be kept, and has its addresses released.', async () => {
  const { host, file, type, endpoint, reserved } = await useHost()
  const before = await captureState(host)
  expect(await type('add', ...endpoint)).toMatchObject({ exitCode: 0 })
  expect(await reserved()).toHaveLength(2)
  expect(await type('gc', '--config', file, '--all')).toMatchObject({ exitCode: 0, stderr: '' })
  expect([await captureState(host), await reserved()]).toEqual([before, []])
})

test('Doctor tells that it can be used here; install puts it where runtimes look, with a right configuration.', async () => {
  const { type, file } = await useHost()
  expect(await type('doctor')).toMatchObject({ exitCode: 0, stderr: '' })
  const [bin, conf] = [join(directory, 'bin'), join(directory, 'net.d')]
  const places = ['--cni-bin-dir', bin, '--cni-conf-dir', conf, '--conf', file]
  const wrong = join(directory, 'wrong.conf')
  await writeFile(wrong, JSON.stringify({ cniVersion: '1.0.0', name: 'net', type: 'ptp' }))
  const refused = await type('install', ...places.slice(0, -1), wrong)
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('ipam is missing') })
  expect(await type('install', ...places)).toMatchObject({ exitCode: 0, stderr: '' })
  expect([await readdir(bin), await readdir(conf)]).toEqual([['ptp'], [basename(file)]])
  expect(await type('uninstall', ...places)).toMatchObject({ exitCode: 0, stderr: '' })
  expect([await readdir(bin), await readdir(conf)]).toEqual([[], []])
})
