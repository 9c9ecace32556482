import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { ok } from 'neverthrow'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  formatResult,
  ipamAdd,
  ipamCheck,
  ipamDel,
  ipamGc,
  ipamStatus,
  type Plugin,
  runPlugin,
  type SpecVersion,
} from '../src/index.ts'

/** Where Debian has the plugins of the containernetworking project. */
const path = '/usr/lib/cni'

let data = ''
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'cni-ipam-'))
})
afterEach(() => rmSync(data, { recursive: true }))

/** A plugin that leaves all to its IPAM plugin. */
function delegating(type: string): Plugin {
  return {
    versions: ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'],
    add: (request) => ipamAdd({ ...request, type }).map((reserved) => ({ interfaces: [], ...reserved })),
    del: (request) => ipamDel({ ...request, type }),
    check: (request) => ipamCheck({ ...request, type }),
    gc: (request) => ipamGc({ ...request, type }, { collected: [], kept: [] }),
    status: (request) => ipamStatus({ ...request, type }),
  }
}

interface Call {
  readonly type: string
  readonly containerId?: string
  readonly version?: SpecVersion
  readonly more?: object
}

async function call(command: string, { type, containerId = 'c1', version = '1.0.0', more = {} }: Call) {
  const environment = {
    CNI_COMMAND: command,
    CNI_CONTAINERID: containerId,
    CNI_NETNS: '/run/netns/blue',
    CNI_IFNAME: 'eth0',
    CNI_PATH: path,
  }
  const ipam = {
    'host-local': {
      type,
      dataDir: data,
      ranges: [[{ subnet: '10.7.0.0/30' }], [{ subnet: 'fd07::/64' }]],
      routes: [{ dst: '0.0.0.0/0' }],
    },
    static: { type, addresses: [{ address: '10.8.0.5/24', gateway: '10.8.0.1' }], dns: { nameservers: ['10.8.0.1'] } },
  }
  const input = JSON.stringify({ cniVersion: version, name: 'n', type: 't', ipam: Reflect.get(ipam, type), ...more })
  const { files, runChild } = nodeRuntime()
  const runtime = { environment, runChild, files: { ...files, readToEnd: () => ok(input) } }
  const outcome = await runPlugin(delegating(type), runtime)
  return { ...outcome, document: outcome.stdout === '' ? undefined : JSON.parse(outcome.stdout) }
}

const reserved = () => readdirSync(join(data, 'n')).filter((name) => /^(10\.|fd07)/.test(name))

describe.skipIf(!existsSync(join(path, 'host-local')))('host-local', () => {
  const type = 'host-local'

  test.each(['0.3.0', '0.3.1', '0.4.0', '1.0.0'] as const)('reserves by version %s, and releases', async (version) => {
    const added = await call('ADD', { type, version })
    const own = formatResult(version, {
      interfaces: [],
      ips: [
        { address: '10.7.0.2/30', gateway: '10.7.0.1' },
        { address: 'fd07::2/64', gateway: 'fd07::1' },
      ],
      routes: [{ dst: '0.0.0.0/0' }],
      dns: {},
    })
    expect(added.document).toEqual(JSON.parse(own))
    expect(reserved()).toEqual(['10.7.0.2', 'fd07::2'])

    expect(await call('DEL', { type, version })).toMatchObject({ stdout: '', stderr: '', exitCode: 0 })
    expect(reserved()).toEqual([])
    expect(await call('DEL', { type, version })).toMatchObject({ exitCode: 0 })
  })

  test('checks', async () => {
    const { document: prevResult } = await call('ADD', { type })
    expect(await call('CHECK', { type, more: { prevResult } })).toMatchObject({ exitCode: 0 })
    const { document } = await call('CHECK', { type, containerId: 'c2', more: { prevResult } })
    expect(document.msg).toMatch(/^IPAM plugin "host-local": .*c2/)
  })

  test('that has no address left has taken back the half that it reserved itself', async () => {
    const ranges = [[{ subnet: 'fd07::/64' }], [{ subnet: '10.7.0.0/30' }]]
    const more = { ipam: { type, dataDir: data, ranges } }
    await call('ADD', { type, more })
    const before = reserved()
    const { document, exitCode } = await call('ADD', { type, containerId: 'c2', more })
    expect(exitCode).toBe(1)
    expect(document.msg).toContain('IPAM plugin "host-local": ')
    expect(document.msg).toContain('no IP addresses available')
    expect(reserved()).toEqual(before)
  })

  test('keeps the reservation of an attachment when another ADD of it is refused', async () => {
    await call('ADD', { type })
    const before = reserved()
    const { document } = await call('ADD', { type })
    expect(document.msg).toContain('duplicate allocation')
    expect(reserved()).toEqual(before)
    expect(before).toHaveLength(2)
  })

  test('older than the configuration is told so, and does not stand in the way of GC', async () => {
    const version = '1.1.0'
    const added = await call('ADD', { type, version })
    expect(added.document).toMatchObject({ code: 1, msg: 'IPAM plugin "host-local": incompatible CNI versions' })
    const status = await call('STATUS', { type, version })
    expect(status.document).toMatchObject({ code: 50, msg: 'IPAM plugin "host-local": incompatible CNI version' })
    const gc = await call('GC', { type, version, more: { 'cni.dev/valid-attachments': [] } })
    expect(gc).toMatchObject({ stdout: '', exitCode: 0 })
  })
})

describe.skipIf(!existsSync(join(path, 'static')))('static', () => {
  test('answers with the addresses of the configuration, and with DNS', async () => {
    const { document } = await call('ADD', { type: 'static' })
    expect(document).toEqual({
      cniVersion: '1.0.0',
      interfaces: [],
      ips: [{ address: '10.8.0.5/24', gateway: '10.8.0.1' }],
      dns: { nameservers: ['10.8.0.1'] },
    })
    expect(await call('CHECK', { type: 'static', more: { prevResult: document } })).toMatchObject({ exitCode: 0 })
    expect(await call('DEL', { type: 'static' })).toMatchObject({ exitCode: 0 })
  })
})
