import { stripVTControlCharacters } from 'node:util'
import { diagnosisLines, examine, type Patient, type System } from '@vpc-bridge/cli'
import type { Netns } from '@vpc-bridge/kernel'
import { createMemoryKernel, type MemoryKernel } from '@vpc-bridge/kernel/memory'
import { describe, expect, test } from 'vitest'
import { findNeeds } from '../src/doctor/needs.ts'
import { createMemoryHost } from './support/memory-host.ts'

/** A machine that has everything. */
const healthy: System = {
  capabilities: 0x1ffffffffffn,
  isInstalled: () => true,
  tunError: undefined,
  kernelConfig: 'CONFIG_NF_TABLES=y\nCONFIG_NF_TABLES_BRIDGE=m\n',
  canWrite: () => true,
}

async function diagnose(system: Partial<System>, changes: Partial<Patient> & { missing?: readonly string[] } = {}) {
  const { missing: missingDrivers = [], ...rest } = changes
  const kernel = createMemoryKernel({ missingDrivers })
  kernel.addNetns('/host')
  const host = (await kernel.open('/host'))._unsafeUnwrap()
  const before = kernel.state()
  const patient: Patient = {
    host,
    system: { ...healthy, ...system },
    logFile: '/var/log/vpc-bridge.log',
    program: 'vpc-bridge',
    ...rest,
  }
  const diagnosis = examine(patient, await findNeeds(patient))
  expect(kernel.state()).toEqual(before)
  return diagnosis
}

describe('a diagnosis', () => {
  test('of a host that has everything: every mode works, and there is nothing to do', async () => {
    const { findings, modes } = await diagnose({})
    expect(findings.filter(({ state, remedy }) => state !== 'there' || remedy !== undefined)).toEqual([])
    expect(modes.map(({ mode, state }) => `${mode}: ${state}`)).toEqual([
      'L3: there',
      'L3 with IPv6: there',
      'L2: there',
      'TAP: there',
    ])
  })

  test.each<readonly [string, Parameters<typeof diagnose>, string, string, readonly string[]]>([
    ['no root', [{ capabilities: 0n }], 'privileges', 'sudo', ['L3', 'L3 with IPv6', 'L2', 'TAP']],
    ['no veth', [{}, { missing: ['veth'] }], 'veth', 'modprobe veth', ['L3', 'L3 with IPv6', 'L2', 'TAP']],
    [
      'no dummy and no ifb',
      [{}, { missing: ['dummy', 'ifb'] }],
      'dummy',
      'modprobe dummy',
      ['L3', 'L3 with IPv6', 'L2', 'TAP'],
    ],
    ['no tun', [{ tunError: 'ENOENT' }], 'tun', 'modprobe tun', ['TAP']],
    ['no nft', [{ isInstalled: (name) => name !== 'nft' }], 'nft', 'apt-get install nftables', ['L2']],
    ['no nftables for bridges', [{ kernelConfig: 'CONFIG_NF_TABLES=y\n' }], 'nftables-bridge', 'kernel', ['L2']],
  ])('%s: says which modes do not work, and what to type', async (_, [system, patient], id, remedy, broken) => {
    const { findings, modes } = await diagnose(system, patient)
    expect(findings.filter(({ state }) => state !== 'there')).toEqual([
      expect.objectContaining({ id, state: 'missing', remedy: expect.stringContaining(remedy) }),
    ])
    expect(modes.filter(({ state }) => state === 'missing').map(({ mode }) => mode)).toEqual(broken)
    expect(modes.every(({ state, lacks }) => (state === 'missing' ? lacks.includes(id) : lacks.length === 0))).toBe(
      true,
    )
  })

  test('takes ifb for dummy, needs no program but nft, and no log for anything', async () => {
    const system = { isInstalled: (name: string) => name === 'nft', canWrite: () => false }
    const { findings, modes } = await diagnose(system, { missing: ['dummy'] })
    expect(findings.find(({ id }) => id === 'dummy')).toMatchObject({ state: 'there', found: 'ifb' })
    expect(findings.find(({ id }) => id === 'log')).toMatchObject({ state: 'missing' })
    expect(modes.every(({ state }) => state === 'there')).toBe(true)
  })

  test('says what could not be found out', async () => {
    const diagnosis = await diagnose({ kernelConfig: undefined })
    expect(diagnosis.modes.filter(({ state }) => state !== 'there')).toEqual([
      { mode: 'L2', state: 'unknown', lacks: [], unclear: ['nftables-bridge'] },
    ])
    const lines = diagnosisLines(diagnosis).map(stripVTControlCharacters)
    expect(lines).toContainEqual(expect.stringMatching(/^\? L2 +could not find out about nftables for bridges$/))
    expect(lines).toContainEqual('    next: to find out: nft --check add table bridge vpc-bridge-test')
    expect(lines).toContainEqual(expect.stringMatching(/^✓ L3 +this host has all that it needs$/))
  })
})

describe('what others have set', () => {
  const chain = { by: 'nft', family: 'ip', table: 'filter', name: 'FORWARD' } as const
  const write = (path: string) => ({ do: 'write sysctl', path, value: '1' }) as const
  test.each<readonly [string, (kernel: MemoryKernel, host: Netns) => unknown, readonly string[], string]>([
    ['a filter', (kernel) => kernel.dropForwarded('/host', chain), ['L3', 'L3 with IPv6', 'TAP'], 'ip filter FORWARD'],
    [
      'a filter that bridges ask',
      (kernel, host) => {
        kernel.dropForwarded('/host', chain)
        return host.change(write('net/bridge/bridge-nf-call-iptables'))
      },
      ['L3', 'L3 with IPv6', 'L2', 'TAP'],
      'ip filter FORWARD',
    ],
    [
      'no answers of ARP',
      (_, host) => host.change(write('net/ipv4/conf/all/arp_ignore')),
      ['L3', 'L3 with IPv6', 'TAP'],
      'sysctl -w net.ipv4.conf.all.arp_ignore=0',
    ],
  ])('%s keeps packets from the endpoints of some modes', async (_, set, broken, remedy) => {
    const { kernel, host } = await createMemoryHost()
    await set(kernel, host)
    const patient = { host, system: healthy, logFile: '/dev/null', program: 'vpc-bridge' }
    const { findings, modes } = examine(patient, await findNeeds(patient))
    expect(modes.filter(({ state }) => state === 'missing').map(({ mode }) => mode)).toEqual(broken)
    const remedies = findings.filter(({ state }) => state === 'missing').map((each) => each.remedy)
    expect(new Set(remedies.map((each) => each?.includes(remedy)))).toEqual(new Set([true]))
  })
})

describe('a network that exists', () => {
  const mac = '02:00:00:00:00:10'
  test.each<readonly [string, (kernel: MemoryKernel, host: Netns) => unknown, object]>([
    ['is well', () => {}, { state: 'there', found: 'vpcbr2 on eth10' }],
    [
      'has an ENI that was renamed',
      (kernel) => kernel.renameLink('/host', 'eth10', 'ens6'),
      { state: 'there', found: 'vpcbr2 on ens6, which was eth10 when the network was made' },
    ],
    [
      'has an ENI whose name another one has got',
      (kernel) => {
        kernel.renameLink('/host', 'eth10', 'ens6')
        kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:99' })
      },
      { state: 'missing', remedy: expect.stringContaining('set it to ens6') },
    ],
    [
      'has lost its ENI',
      (kernel) => kernel.removePhysicalLink('/host', 'eth10'),
      { state: 'missing', found: expect.stringContaining(`eth10, with the MAC address ${mac}`) },
    ],
    [
      'has an ENI that is a port of another bridge',
      async (_, host) => {
        await host.change({ do: 'add link', link: { kind: 'bridge', name: 'br0' } })
        await host.change({ do: 'set link', name: 'eth10', set: { master: 'br0' } })
      },
      { state: 'missing', remedy: 'ip link set dev eth10 nomaster' },
    ],
    [
      'is of a newer version',
      (_, host) => host.change({ do: 'set link', name: 'vpcbr2', set: { alias: 'vpc-bridge v=2 network=vpc' } }),
      { state: 'missing', found: expect.stringContaining('newer') },
    ],
  ])('%s: says so', async (_, change, finding) => {
    const { kernel, host, connect } = await createMemoryHost()
    await connect('blue')
    await change(kernel, host)
    const { findings } = await diagnose({}, { host })
    expect(findings.filter(({ id }) => id === 'network')).toEqual([expect.objectContaining(finding)])
  })
})
