import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, thisPlatform } from '@vpc-bridge/standalone'
import { type Ended, runInUml } from '@vpc-bridge/testbed'
import { beforeAll, expect, test } from 'vitest'

/*
 * User-Mode Linux has VLANs, which this machine's kernel may lack.
 */

const network = { cniVersion: '1.0.0', name: 'net', type: 'vpc-branch-eni', trunkName: 'eth0' }
const branch = { branchVlanID: '101', branchMACAddress: '02:00:00:00:01:01' }
const addresses = { ipAddresses: ['10.2.0.5/24', 'fd00:2::5/64'], gatewayIPAddresses: ['10.2.0.1', 'fe80::1'] }
const links = 'ip -json -details link; for each in blue red; do ip -n $each -json -details link; done'

const cniWith = (program: string) => (command: string, container: string, keys: object) =>
  `echo '${JSON.stringify({ ...network, ...branch, ...keys })}' | CNI_COMMAND=${command} CNI_CONTAINERID=${container} CNI_NETNS=/run/netns/${container} CNI_IFNAME=eth0 CNI_PATH=/usr/lib/cni ${program}`

const vlan = { ...addresses, blockInstanceMetadata: true }
const tap = { interfaceType: 'tap', uid: '1000', gid: 1001 }

/** With addresses by the configuration. */
function configuredWith(program: string): readonly string[] {
  const cni = cniWith(program)
  return [
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
}

/** A DHCP server behind the VLAN. */
const server = `ip netns add vpc
ip link add far netns vpc type veth peer name trunk
ip link set trunk up
ip -n vpc -batch - <<end
link set far up
link add link far name far.101 type vlan id 101
address add 10.2.0.1/24 dev far.101
link set far.101 up
end
printf '%s\n' 'start 10.2.0.50' 'end 10.2.0.59' 'interface far.101' 'lease_file /run/leases' 'option subnet 255.255.255.0' 'option router 10.2.0.1' 'option lease 600' >/run/udhcpd.conf
touch /run/leases
nsenter --net=/run/netns/vpc busybox udhcpd -f /run/udhcpd.conf >/run/udhcpd.log 2>&1 &
echo $! >/run/udhcpd.pid
/usr/lib/cni/dhcp daemon >/run/dhcp.log 2>&1 &
for n in 1 2 3 4 5 6 7 8 9; do sleep 0.5; [ -S /run/cni/dhcp.sock ] && break; done`

/** The server's list: each address, and how long it is leased. */
const leases = 'kill -USR1 "$(cat /run/udhcpd.pid)"; sleep 1; busybox dumpleases -f /run/leases'

/** With addresses by a DHCP server. */
function leasedWith(program: string): readonly string[] {
  const cni = cniWith(program)
  const leased = { trunkName: 'trunk', ipam: { type: 'dhcp' } }
  return [
    server,
    cni('ADD', 'blue', leased),
    'ip -n blue -json address show dev eth0; ip -n blue -json route',
    'nsenter --net=/run/netns/blue ping -n -c 1 -W 5 10.2.0.1',
    leases,
    cni('DEL', 'blue', leased),
    leases,
    'ip -n blue -json link; cat /run/udhcpd.log /run/dhcp.log >&2',
  ]
}

let configured: readonly Ended[]
let leased: readonly Ended[]

// One kernel for all, which takes its time to boot.
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vpc-branch-eni-'))
  try {
    const output = join(directory, 'vpc-branch-eni')
    const bundle = join(import.meta.dirname, '../dist/main.js')
    ;(await build({ bundle, output, platform: thisPlatform() ?? 'linux-x64' }))._unsafeUnwrap()
    const commands = configuredWith(output)
    const devices = ['eth0=mcast,02:00:00:00:00:10']
    const ended = await runInUml([...commands, ...leasedWith(output)], { devices })
    configured = ended.slice(0, commands.length)
    leased = ended.slice(commands.length)
  } finally {
    await rm(directory, { recursive: true })
  }
}, 700_000)

const json = (end: Ended | undefined) =>
  (end?.stdout ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test('A branch is in its container as a VLAN, a TAP interface or a macvtap, and leaves nothing.', () => {
  const [prepared, before, added, afterAdd, refused, delRefused, removed, afterDel, ...machines] = configured
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

test('A branch has the address that a DHCP server gives, until its end.', () => {
  const [prepared, added, inBlue, pinged, leasedThen, removed, leasedNow, after] = leased
  const told = after?.stderr
  expect(
    [prepared, added, pinged, removed].filter((end) => end?.exitCode !== 0),
    told,
  ).toEqual([])
  const [[{ addr_info }], routes] = json(inBlue)
  const [address] = addr_info.filter(({ family }: { family: string }) => family === 'inet')
  expect(address).toMatchObject({ local: expect.stringMatching(/^10\.2\.0\.5\d$/), prefixlen: 24 })
  expect(routes).toContainEqual(expect.objectContaining({ dst: 'default', gateway: '10.2.0.1' }))
  expect(JSON.parse(added?.stdout ?? '').ips).toMatchObject([{ address: `${address.local}/24`, gateway: '10.2.0.1' }])
  expect(json(after)[0].map(({ ifname }: { ifname: string }) => ifname)).toEqual(['lo'])
  const lengthOf = (end: Ended | undefined) => new RegExp(`${address.local} +(.*)`).exec(end?.stdout ?? '')?.[1]
  expect([lengthOf(leasedThen), lengthOf(leasedNow)]).toEqual([expect.stringMatching(/^00:/), 'expired'])
})
