import type { ChildOptions, RunChild } from '@vpc-bridge/runtime'
import { describe, expect, test } from 'vitest'
import { createPluginHost } from './support/plugin-host.ts'
import { config } from './support/runtime.ts'

/* What runtimes ask for, each in its own way. */

const newest = { ...config, cniVersion: '1.1.0' }
const { ipAddresses: _, gatewayIPAddress: __, ...withoutAddresses } = newest
const hostLocal = { ...withoutAddresses, ipam: { type: 'host-local', subnet: '192.168.1.0/24' } }
const mac = '02:00:00:00:00:77'
const ofContainer = (address: string, interfaceMac = mac) => ({
  interfaces: expect.arrayContaining([expect.objectContaining({ name: 'eth0', mac: interfaceMac })]),
  ips: [expect.objectContaining({ address })],
})

/** An IPAM plugin that gives 192.168.1.60, and what it has been called with. */
function ipamPlugin() {
  const calls: ChildOptions[] = []
  const given = JSON.stringify({ cniVersion: '1.1.0', ips: [{ address: '192.168.1.60/24', gateway: '192.168.1.1' }] })
  const runChild: RunChild = async (_, __, options) => {
    calls.push(options)
    return {
      kind: 'exited',
      code: 0,
      stdout: options.environment['CNI_COMMAND'] === 'ADD' ? given : '',
      stderr: '',
    }
  }
  return { runChild, calls }
}

describe('addresses and a MAC address', () => {
  const ways: Readonly<Record<string, readonly [document: object, args: string]>> = {
    runtimeConfig: [{ ...newest, runtimeConfig: { ips: ['192.168.1.60'], mac } }, ''],
    'args.cni': [{ ...newest, args: { cni: { ips: ['192.168.1.60/24'], mac } } }, 'IP=192.168.1.61/24'],
    CNI_ARGS: [newest, `IgnoreUnknown=1;IP=192.168.1.60;MAC=${mac}`],
  }

  test.each(Object.entries(ways))('are those that come by %s', async (_, [document, args]) => {
    const { kernel, succeed } = await createPluginHost(['blue'])
    const before = kernel.state()
    const prevResult = await succeed('ADD', 'blue', document, args)
    expect(prevResult).toMatchObject(ofContainer('192.168.1.60/24'))
    await succeed('CHECK', 'blue', { ...document, prevResult }, args)
    await succeed('DEL', 'blue', { ...document, prevResult }, args)
    expect(kernel.state()).toEqual(before)
  })

  test.each([
    [{ runtimeConfig: { ips: ['10.1.1.5'], mac } }, ''],
    [{ args: { cni: { ips: ['10.1.1.5'], mac } } }, ''],
    [{ Args: { cni: { ips: ['10.1.1.5/16'], mac } } }, ''],
    [{}, `IP=10.1.1.5;MAC=${mac}`],
  ])('are those of the IPAM plugin, which reads what is asked for: %j %s', async (changes, args) => {
    const { runChild, calls } = ipamPlugin()
    const { kernel, succeed } = await createPluginHost(['blue'], runChild)
    const before = kernel.state()
    const document = { ...hostLocal, ...changes }
    const prevResult = await succeed('ADD', 'blue', document, args)
    expect(prevResult).toMatchObject(ofContainer('192.168.1.60/24'))
    await succeed('CHECK', 'blue', { ...document, prevResult }, args)
    await succeed('DEL', 'blue', { ...document, prevResult }, args)
    expect(kernel.state()).toEqual(before)
    expect(calls.map(({ environment }) => environment['CNI_COMMAND'])).toEqual(['ADD', 'CHECK', 'DEL'])
    expect(calls.every(({ environment }) => environment['CNI_ARGS'] === args)).toBe(true)
    expect(calls[0]?.input).toBe(JSON.stringify(document))
  })
})

test('a key in another case is taken, and the log warns of it once', async () => {
  const { runChild } = ipamPlugin()
  const { log, succeed } = await createPluginHost(['blue'], runChild)
  const { eniName, ipam, ...others } = hostLocal
  const document = { ...others, ENIName: eniName, IPAM: ipam, GatewayIPAddress: '192.168.1.9', Mtu: 1500 }
  const prevResult = await succeed('ADD', 'blue', document)
  expect(prevResult).toMatchObject({ ips: [{ address: '192.168.1.60/24', gateway: '192.168.1.9' }] })
  expect(prevResult).toMatchObject({ interfaces: expect.arrayContaining([expect.objectContaining({ mtu: 1500 })]) })
  const warnings = log.filter((line) => line.includes('is taken for')).toSorted()
  expect(warnings).toEqual(
    [
      'ENIName is taken for eniName',
      'GatewayIPAddress is taken for gatewayIPAddress',
      'IPAM is taken for ipam',
      'Mtu is taken for mtu',
    ].map((text) => `warn: ${text}: the case of its letters is wrong`),
  )
})

test('the IPAM plugin dhcp is refused by ADD and STATUS, and never started', async () => {
  const { runChild, calls } = ipamPlugin()
  const { kernel, execute, succeed } = await createPluginHost(['blue'], runChild)
  const document = { ...withoutAddresses, ipam: { type: 'dhcp' } }
  for (const command of ['ADD', 'STATUS']) {
    const { stdout } = await execute(command, 'blue', document)
    expect(JSON.parse(stdout)).toMatchObject({ code: 7, msg: expect.stringContaining('ipam.type: found "dhcp"') })
  }
  // A container from before the configuration said so.
  const before = kernel.state()
  const prevResult = await succeed('ADD', 'blue', newest)
  await succeed('CHECK', 'blue', { ...document, prevResult })
  const valid = [{ containerID: 'blue', ifname: 'eth0' }]
  await succeed('GC', '', { ...document, 'cni.dev/valid-attachments': valid })
  await succeed('DEL', 'blue', { ...document, prevResult })
  expect(kernel.state()).toEqual(before)
  expect(calls).toEqual([])
})

test('a GC without a list collects nothing, nor does the IPAM plugin', async () => {
  const { runChild, calls } = ipamPlugin()
  const { kernel, succeed } = await createPluginHost(['blue'], runChild)
  await succeed('ADD', 'blue', hostLocal)
  const [made, started] = [kernel.state(), calls.length]
  await succeed('GC', '', hostLocal)
  expect(kernel.state()).toEqual(made)
  expect(calls).toHaveLength(started)
})
