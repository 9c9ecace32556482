import type { Netns, Operation } from '@vpc-bridge/kernel'
import { hostVethName } from '@vpc-bridge/plugin'
import type { RunChild } from '@vpc-bridge/runtime'
import { expect, test } from 'vitest'
import { attachmentOf, modes } from './support/attachment.ts'
import { clock } from './support/clock.ts'
import { createMemoryHost } from './support/memory-host.ts'
import { createPluginHost } from './support/plugin-host.ts'
import { config } from './support/runtime.ts'
import { add, del } from './support/walks.ts'

const dev = 'blueveth'
const hostVeth = hostVethName({ containerId: 'test-container', ifName: dev })

/** What later plugins of a chain, or people, change of an endpoint in its container, or on the host. */
const changes: readonly (readonly [what: string, where: 'container' | 'host', Operation])[] = [
  ['its MAC address', 'container', { do: 'set link', name: dev, set: { mac: '02:00:00:00:00:77' } }],
  ['its MTU', 'container', { do: 'set link', name: dev, set: { mtu: 1400 } }],
  ['one address more', 'container', { do: 'add address', address: { dev, address: '10.9.9.9/24' } }],
  ['one address less', 'container', { do: 'delete address', address: { dev, address: '192.168.1.43/24' } }],
  ['an interface that is down', 'container', { do: 'set link', name: dev, set: { up: false } }],
  ['a host end that is down', 'host', { do: 'set link', name: hostVeth, set: { up: false } }],
  ['a host end that is no port', 'host', { do: 'set link', name: hostVeth, set: { master: null } }],
  ['a record that is gone', 'host', { do: 'set link', name: hostVeth, set: { alias: '' } }],
]

async function connected(mode = 'L3') {
  const { kernel, host } = await createMemoryHost()
  for (const path of ['/blue', '/away', '/red']) kernel.addNetns(path)
  const attachment = attachmentOf(mode, '/blue', '/away')
  ;(await add(host, attachment, { clock }))._unsafeUnwrap()
  return { kernel, host, attachment, container: (await kernel.open('/blue'))._unsafeUnwrap() }
}

test.each(changes)('an ADD of an endpoint that exists is refused, with %s', async (_, where, change) => {
  const { kernel, host, container, attachment } = await connected()
  ;(await (where === 'host' ? host : container).change(change))._unsafeUnwrap()
  const before = kernel.state()
  expect((await add(host, attachment, { clock }))._unsafeUnwrapErr()).toMatchObject({ kind: 'interface exists' })
  expect(kernel.state()).toEqual(before)
})

test.each(modes)('%s: an ADD of an endpoint that exists is refused', async (mode) => {
  const { kernel, host, attachment } = await connected(mode)
  const before = kernel.state()
  expect((await add(host, attachment, { clock }))._unsafeUnwrapErr()).toMatchObject({ kind: 'interface exists' })
  expect(kernel.state()).toEqual(before)
})

test('an ADD of an endpoint that exists in another namespace is refused', async () => {
  const { kernel, host, attachment } = await connected()
  const before = kernel.state()
  const error = (await add(host, { ...attachment, netns: '/red' }, { clock }))._unsafeUnwrapErr()
  expect(error).toMatchObject({ kind: 'endpoint elsewhere', containerId: 'test-container', ifName: dev })
  expect(kernel.state()).toEqual(before)
})

test.each(modes)(
  '%s: of several ADDs of one endpoint at a time one succeeds, and the others take nothing away',
  async (mode) => {
    const { kernel, host, attachment } = await connected(mode)
    const whole = kernel.state()
    ;(await del(host, attachment, { clock }))._unsafeUnwrap()
    const results = await Promise.all(Array.from({ length: 4 }, () => add(host, attachment, { clock })))
    const outcomes = results.map((result) => (result.isOk() ? 'added' : result.error.kind))
    expect(outcomes.sort()).toEqual(['added', 'interface exists', 'interface exists', 'interface exists'])
    expect(stripped(kernel.state())).toEqual(stripped(whole))
  },
)

/** What comes again has other indexes. */
function stripped(state: unknown): unknown {
  return JSON.parse(JSON.stringify(state, (key, value) => (/^(index|peer|master)$/.test(key) ? undefined : value)))
}

/** An IPAM plugin as host-local, or as dhcp, which gives the same address again. */
function ipamPlugin(isIdempotent: boolean) {
  const reserved = new Map<string, string>()
  const runChild: RunChild = async (_, __, { environment }) => {
    const id = `${environment['CNI_CONTAINERID']}/${environment['CNI_IFNAME']}`
    // Another process may be faster meanwhile.
    await clock.sleep(5)
    if (environment['CNI_COMMAND'] === 'DEL') reserved.delete(id)
    if (environment['CNI_COMMAND'] !== 'ADD') return { kind: 'exited', code: 0, stdout: '', stderr: '' }
    if (reserved.has(id) && !isIdempotent) {
      const stdout = JSON.stringify({ code: 999, msg: 'duplicate allocation is not allowed' })
      return { kind: 'exited', code: 1, stdout, stderr: '' }
    }
    const address = '192.168.1.60/24'
    reserved.set(id, address)
    return { kind: 'exited', code: 0, stdout: JSON.stringify({ cniVersion: '1.0.0', ips: [{ address }] }), stderr: '' }
  }
  return { reserved, runChild }
}

test.each([false, true])(
  'an ADD that is refused leaves what an IPAM plugin has reserved: same again %s',
  async (isIdempotent) => {
    const { reserved, runChild } = ipamPlugin(isIdempotent)
    const { execute, kernel } = await createPluginHost(['blue'], runChild)
    const withIpam = { ...config, cniVersion: '1.0.0', ipAddresses: undefined, ipam: { type: 'host-local' } }
    const results = await Promise.all(Array.from({ length: 3 }, () => execute('ADD', 'blue', withIpam)))
    results.push(await execute('ADD', 'blue', withIpam))
    const codes = results.map(({ exitCode, stdout }) => (exitCode === 0 ? 0 : JSON.parse(stdout).code))
    expect(codes.sort()).toEqual([0, 101, 101, 101])
    expect([...reserved]).toEqual([['blue/eth0', '192.168.1.60/24']])
    const blue = (await kernel.open('/blue'))._unsafeUnwrap()
    expect(await addressesOf(blue)).toEqual(['192.168.1.60/24'])
    expect(await execute('DEL', 'blue', withIpam)).toMatchObject({ exitCode: 0 })
    expect([...reserved]).toEqual([])
  },
)

async function addressesOf(netns: Netns): Promise<readonly string[]> {
  const addresses = (await netns.addresses('eth0'))._unsafeUnwrap().map(({ address }) => address)
  return addresses.filter((address) => !address.startsWith('fe80'))
}
