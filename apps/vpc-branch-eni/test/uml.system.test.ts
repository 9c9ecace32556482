import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, thisPlatform } from '@vpc-bridge/standalone'
import { type Ended, runInUml } from '@vpc-bridge/testbed'
import { expect, onTestFinished, test } from 'vitest'

/*
 * User-Mode Linux has VLANs, which this machine's kernel may lack.
 */

const network = { cniVersion: '1.0.0', name: 'net', type: 'vpc-branch-eni', trunkName: 'eth0' }
const branch = { branchVlanID: '101', branchMACAddress: '02:00:00:00:01:01' }
const addresses = { ipAddresses: ['10.2.0.5/24', 'fd00:2::5/64'], gatewayIPAddresses: ['10.2.0.1', 'fe80::1'] }
const links = 'ip -json -details link; for each in blue red; do ip -n $each -json -details link; done'

async function buildExecutable(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vpc-branch-eni-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const output = join(directory, 'vpc-branch-eni')
  const bundle = join(import.meta.dirname, '../dist/main.js')
  ;(await build({ bundle, output, platform: thisPlatform() ?? 'linux-x64' }))._unsafeUnwrap()
  return output
}

test('A branch is in its container as a VLAN, a TAP interface or a macvtap, and leaves nothing.', {
  timeout: 700_000,
}, async () => {
  const program = await buildExecutable()
  const cni = (command: string, container: string, keys: object) =>
    `echo '${JSON.stringify({ ...network, ...branch, ...keys })}' | CNI_COMMAND=${command} CNI_CONTAINERID=${container} CNI_NETNS=/run/netns/${container} CNI_IFNAME=eth0 CNI_PATH=/none ${program}`
  const vlan = { ...addresses, blockInstanceMetadata: true }
  const tap = { interfaceType: 'tap', uid: '1000', gid: 1001 }
  const commands = [
    'modprobe -a 8021q macvlan macvtap tap && ip link set eth0 up && ip netns add blue && ip netns add red',
    links,
    cni('ADD', 'blue', vlan),
    `${links}; ip -n blue -json address show dev eth0; ip -n blue -json route`,
    cni('ADD', 'red', { ...vlan, interfaceType: 'tap', blockInstanceMetadata: false }),
    cni('DEL', 'red', vlan),
    cni('DEL', 'blue', vlan),
    links,
    cni('ADD', 'red', tap),
    links,
    cni('DEL', 'red', tap),
    cni('ADD', 'red', { interfaceType: 'macvtap' }),
    links,
    cni('DEL', 'red', { interfaceType: 'macvtap' }),
    links,
  ]
  const ended = await runInUml(commands, { devices: ['eth0=mcast,02:00:00:00:00:10'] })
  const json = (end: Ended | undefined) =>
    (end?.stdout ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  const [prepared, before, added, afterAdd, refused, delRefused, removed, afterDel, ...machines] = ended
  const [addedTap, afterTap, removedTap, addedMacvtap, afterMacvtap, removedMacvtap, atTheEnd] = machines
  const done = [prepared, added, delRefused, removed, addedTap, removedTap, addedMacvtap, removedMacvtap]
  expect(done.filter((end) => end?.exitCode !== 0)).toEqual([])

  const [, [, inBlue], , [withAddresses], routes] = json(afterAdd)
  const mac = branch.branchMACAddress
  expect(inBlue).toMatchObject({
    ifname: 'eth0',
    address: mac,
    linkinfo: { info_kind: 'vlan', info_data: { id: 101 } },
  })
  expect(withAddresses.addr_info.map(({ local }: { local: string }) => local)).toEqual(
    expect.arrayContaining(['10.2.0.5', 'fd00:2::5']),
  )
  expect(routes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ dst: 'default', gateway: '10.2.0.1' }),
      expect.objectContaining({ type: 'blackhole', dst: '169.254.169.254' }),
    ]),
  )
  // The trunk has one VLAN of each number.
  expect([refused?.exitCode, JSON.parse(refused?.stdout ?? '').msg]).toEqual([1, expect.stringContaining('EEXIST')])
  const names = (end: Ended | undefined) =>
    json(end).map((each) => each.map(({ ifname }: { ifname: string }) => ifname))
  for (const end of [afterDel, atTheEnd]) expect(names(end)).toEqual(names(before))

  const kinds = (end: Ended | undefined) =>
    json(end)[2].map(({ ifname, linkinfo }: { ifname: string; linkinfo?: { info_kind: string } }) => [
      ifname,
      linkinfo?.info_kind,
    ])
  expect(kinds(afterTap).toSorted()).toEqual([
    ['eth0', 'tun'],
    ['lo', undefined],
    ['tapbr101', 'bridge'],
    ['vlan101', 'vlan'],
  ])
  expect(
    json(afterTap)[2].find(({ ifname }: { ifname: string }) => ifname === 'eth0').linkinfo.info_data,
  ).toMatchObject({ type: 'tap', user: expect.anything(), group: 1001 })
  expect(kinds(afterMacvtap)).toEqual(
    expect.arrayContaining([
      ['vlan101', 'vlan'],
      ['eth0', 'macvtap'],
    ]),
  )
  expect(json(afterMacvtap)[2].find(({ ifname }: { ifname: string }) => ifname === 'eth0').address).toBe(mac)
})
