import type { RunChild } from '@vpc-bridge/runtime'
import { expect, test } from 'vitest'
import { createPluginHost } from './support/plugin-host.ts'
import { config } from './support/runtime.ts'

/* What runtimes send and IPAM plugins answer, as public reports tell: see docs/field.md. */

const { ipAddresses: _addresses, gatewayIPAddress: _gateway, ...rest } = config
const byIpam = { ...rest, cniVersion: '1.0.0', ipam: { type: 'host-local' } }

/** A host whose IPAM plugin gives an answer. */
async function stage(answer: object) {
  const asked: string[] = []
  const runChild: RunChild = async (_file, _args, { environment }) => {
    asked.push(environment['CNI_COMMAND'] ?? '')
    return { kind: 'exited', code: 0, stdout: JSON.stringify(answer), stderr: '' }
  }
  return { ...(await createPluginHost(['blue'], runChild)), asked }
}

test.each(['ADD', 'DEL', 'CHECK', 'GC', 'STATUS'])(
  '%s without a version, or with an old one, says which there are',
  async (command) => {
    const { execute } = await stage({})
    for (const cniVersion of [undefined, '0.1.0', '0.2.0']) {
      const { exitCode, stdout } = await execute(command, 'blue', { ...config, cniVersion })
      expect(exitCode).toBe(1)
      expect(JSON.parse(stdout)).toMatchObject({ code: 1, details: expect.stringContaining('supported: 0.3.0,') })
    }
  },
)

test('an IPAM plugin that answers as CNI 0.2.0 does is told of, and asked to take it back', async () => {
  const { execute, asked } = await stage({ ip4: { ip: '192.168.1.43/24' }, dns: {} })
  const { stdout } = await execute('ADD', 'blue', byIpam)
  expect(JSON.parse(stdout)).toMatchObject({
    code: 6,
    msg: expect.stringMatching(/"host-local".*result\.ips: missing/),
  })
  expect(asked).toEqual(['ADD', 'DEL'])
})

test.each([
  [{ ips: [{ address: '192.168.1.43/24' }] }, '192.168.1.1'],
  [{ ips: [{ address: '192.168.1.43/24' }], routes: null, dns: null, interfaces: null }, '192.168.1.1'],
  [{ ips: [{ version: '4', address: '192.168.1.43/32', gateway: '169.254.1.1' }], dns: {} }, '169.254.1.1'],
])('an IPAM plugin may answer %j', async (answer, gateway) => {
  const { succeed } = await stage(answer)
  const prevResult = await succeed('ADD', 'blue', byIpam)
  expect(prevResult).toMatchObject({ ips: [{ gateway }], routes: [{ dst: '0.0.0.0/0', gw: gateway }] })
  await succeed('CHECK', 'blue', { ...byIpam, prevResult })
})

test('an IPAM plugin that gives one address of no subnet, and no gateway, is refused with the reason', async () => {
  const { execute } = await stage({ ips: [{ address: '192.168.1.43/32' }] })
  const { stdout } = await execute('ADD', 'blue', byIpam)
  expect(JSON.parse(stdout)).toMatchObject({ code: 7, msg: expect.stringContaining('none can be derived') })
})

test('without addresses, and with an empty IPAM plugin or none, an ADD says what is missing', async () => {
  const { execute } = await stage({})
  for (const ipam of [undefined, {}]) {
    const { stdout } = await execute('ADD', 'blue', { ...rest, ipam })
    expect(JSON.parse(stdout)).toMatchObject({ code: 7, msg: expect.stringContaining('ipAddresses is missing') })
  }
})

test('addresses are released by an ADD that fails once it has them', async () => {
  const { host, execute, asked } = await stage({ ips: [{ address: '192.168.1.43/24' }] })
  const to = { destination: '192.168.1.43/32', onlink: false, scope: 'link', protocol: 'boot', metric: 0 } as const
  const leftByOthers = { do: 'add route', route: { ...to, dev: 'eni1' } } as const
  ;(await host.change({ do: 'add link', link: { kind: 'dummy', name: 'eni1', up: true } }))._unsafeUnwrap()
  ;(await host.change(leftByOthers))._unsafeUnwrap()
  const { stdout } = await execute('ADD', 'blue', byIpam)
  expect(JSON.parse(stdout)).toMatchObject({ code: 103, msg: expect.stringContaining('route 192.168.1.43/32') })
  expect(asked).toEqual(['ADD', 'DEL'])
})

test('addresses are released when the namespace is gone, and again when a DEL is repeated', async () => {
  const { kernel, host, succeed, asked } = await stage({ ips: [{ address: '192.168.1.43/24' }] })
  await succeed('ADD', 'blue', byIpam)
  kernel.removeNetns('/blue')
  await succeed('DEL', 'blue', byIpam)
  await succeed('DEL', 'blue', byIpam)
  expect(asked).toEqual(['ADD', 'DEL', 'DEL'])
  expect((await host.links())._unsafeUnwrap().map(({ name }) => name)).toEqual(['lo', 'eth10'])
})

test('CHECK takes another path to the namespace for the same', async () => {
  const { kernel, succeed } = await stage({ ips: [{ address: '192.168.1.43/24' }] })
  const prevResult = await succeed('ADD', 'blue', byIpam)
  kernel.linkNetns('/blue', '/proc/1234/ns/net')
  const elsewhere = JSON.parse(JSON.stringify(prevResult).replace('"/blue"', '"/proc/1234/ns/net"'))
  await succeed('CHECK', 'blue', { ...byIpam, prevResult: elsewhere })
})
