import { observe } from '@vpc-bridge/cli'
import { expect, test } from 'vitest'
import { networksOf } from '../src/doctor/needs.ts'
import { readEndpointAlias } from '../src/endpoint/endpoint-record.ts'
import { networkAlias, readNetworkAlias } from '../src/network/network-record.ts'
import { observer } from '../src/show/observer.ts'
import { createPluginHost } from './support/plugin-host.ts'
import { config } from './support/runtime.ts'

/* Networks whose names are too long for the names of their bridges, or even for the records. */

const newest = { ...config, cniVersion: '1.1.0' }
const networkNamed = (name: string, last = 43) => ({ ...newest, name, ipAddresses: [`192.168.1.${last}/24`] })
const gc = (...valid: readonly string[]) => ({
  'cni.dev/valid-attachments': valid.map((containerID) => ({ containerID, ifname: 'eth0' })),
})

test.each(['thirteen-long', 'project_default-network', 'n'.repeat(63), `${'n'.repeat(300)}.example`])(
  'a network named %s is found by every command, also when its ENI is renamed',
  async (name) => {
    const { kernel, host, succeed } = await createPluginHost(['blue', 'red', 'grey'])
    const before = kernel.state()
    await succeed('STATUS', '', networkNamed(name))
    const prevResult = await succeed('ADD', 'blue', networkNamed(name))
    await succeed('CHECK', 'blue', { ...networkNamed(name), prevResult })
    kernel.renameLink('/proc/self/ns/net', 'eth10', 'ens6')
    const renamed = (last: number) => ({ ...networkNamed(name, last), eniName: 'ens6' })
    await succeed('CHECK', 'blue', { ...networkNamed(name), prevResult })
    await succeed('ADD', 'red', renamed(44))
    await succeed('ADD', 'grey', renamed(45))
    const bridges = (await host.links())._unsafeUnwrap().filter(({ kind }) => kind === 'bridge')
    expect(bridges).toHaveLength(1)
    const seen = (await observe(host, { places: [], isInstalled: () => true }, observer))._unsafeUnwrap()
    expect(seen.networks).toMatchObject([{ endpoints: [{}, {}, {}] }])
    expect(seen.strays).toEqual([])
    expect(await networksOf(host)).toMatchObject([{ state: 'there', found: expect.stringContaining('on ens6') }])
    await succeed('DEL', 'grey', renamed(45))
    await succeed('GC', '', { ...renamed(44), ...gc('blue') })
    await succeed('CHECK', 'blue', { ...networkNamed(name), prevResult })
    await succeed('DEL', 'blue', networkNamed(name))
    kernel.renameLink('/proc/self/ns/net', 'ens6', 'eth10')
    expect(kernel.state()).toEqual(before)
  },
)

test('networks whose long names begin the same keep apart', async () => {
  const [one, other] = ['a-network-with-a-long-name-1', 'a-network-with-a-long-name-2']
  const { kernel, host, succeed } = await createPluginHost(['blue', 'red'])
  const before = kernel.state()
  await succeed('ADD', 'blue', networkNamed(one))
  const alone = kernel.state()
  await succeed('ADD', 'red', networkNamed(other, 44))
  const links = (await host.links())._unsafeUnwrap()
  expect(links.filter(({ kind }) => kind === 'bridge')).toHaveLength(2)
  await succeed('GC', '', { ...networkNamed(other), ...gc() })
  expect(kernel.state()).toEqual(alone)
  await succeed('DEL', 'blue', networkNamed(one))
  expect(kernel.state()).toEqual(before)
})

test('a network whose bridge has the name of another one is refused, and its DEL leaves that one alone', async () => {
  const long = 'a-network-with-a-long-name'
  const { kernel, host, execute, succeed } = await createPluginHost(['blue', 'red'])
  await succeed('ADD', 'blue', networkNamed(long))
  const bridge = (await host.links())._unsafeUnwrap().find(({ kind }) => kind === 'bridge')?.name ?? ''
  await succeed('DEL', 'blue', networkNamed(long))
  const short = bridge.replace(/br\d+$/, '')
  const prevResult = await succeed('ADD', 'red', networkNamed(short, 44))
  const before = kernel.state()
  const { stdout } = await execute('ADD', 'blue', networkNamed(long))
  expect(JSON.parse(stdout)).toMatchObject({
    code: 7,
    msg: `${bridge} is the bridge of the network ${short}, and the bridge of the network ${long} is to have that name`,
  })
  expect(JSON.parse((await execute('STATUS', '', networkNamed(long))).stdout)).toMatchObject({ code: 50 })
  await succeed('DEL', 'blue', networkNamed(long))
  await succeed('GC', '', { ...networkNamed(long), ...gc() })
  expect(kernel.state()).toEqual(before)
  await succeed('CHECK', 'red', { ...networkNamed(short, 44), prevResult })
})

test('the records have room for all they must say of a network with the longest name', async () => {
  const { host, succeed } = await createPluginHost(['c'.repeat(64)])
  const before = { up: false, isAddressed: true, forwarding: '0', inet6: { forwarding: '0', acceptRa: '1' } }
  const network = 'n'.repeat(63)
  const most = { bridgeType: 'L3', eni: 'e'.repeat(15), mac: '02:00:00:00:00:10', table: 2 ** 32 - 1 } as const
  expect(networkAlias({ network, ...most, before }).length).toBeLessThanOrEqual(255)
  const addresses = ['192.168.100.143/24', '2600:1f14:1234:5678:1234:5678:1234:5678/64']
  const document = { ...newest, name: 'n'.repeat(200), ipAddresses: addresses, gatewayIPAddress: '192.168.100.1' }
  await succeed('ADD', 'c'.repeat(64), document)
  const links = (await host.links())._unsafeUnwrap()
  expect(links.flatMap(({ alias }) => readEndpointAlias(alias) ?? [])).toMatchObject([{ addresses }])
  expect(links.flatMap(({ alias }) => readNetworkAlias(alias)?.network ?? [])).toHaveLength(1)
})
