import { hostVethName } from '@vpc-bridge/plugin'
import { type Ended, runInUml, stateIn, stateScript } from '@vpc-bridge/testbed'
import { beforeAll, describe, expect, test } from 'vitest'
import { inRoles, type Moment, reference, referenceRoles } from './support/reference.ts'
import { builds, config } from './support/runtime.ts'

/** Shows host and container, after a moment in which the kernel has tried their addresses. */
const capture = `sleep 2
script=$(cat <<'script'
${stateScript}
script
)
sh -c "$script"; echo ----; nsenter --net=/run/netns/blue sh -c "$script"`

function momentOf({ stdout }: Ended): Moment {
  const [host, blue] = stdout.split('\n----\n').map(stateIn)
  if (host === undefined || blue === undefined) throw new Error(stdout)
  return { host, blue, sysctls: host.sysctls }
}

const resultOf = ({ exitCode, stdout, stderr }: Ended) => ({ exitCode, stdout, stderr })
const succeeded = (stdout = '') => ({ exitCode: 0, stdout, stderr: '' })
const hostVeth = hostVethName({ containerId: 'test-container', ifName: 'blueveth' })

const removed = ['ip link delete eth10', 'ip netns delete blue'] as const

/** The experiment, word for word. */
const experimentWith = (command: string) =>
  [
    'ip link add eth10 type dummy',
    'ip netns add blue',
    capture,
    `${command} add`,
    capture,
    `${command} delete`,
    capture,
    ...removed,
  ] as const

/** The experiment on a host like that on which the reference plugin was recorded, by a runtime. */
const comparisonWith = (command: string) => {
  const plugin = (name: string) =>
    `echo '${JSON.stringify(config)}' | CNI_COMMAND=${name} CNI_CONTAINERID=test-container CNI_NETNS=/var/run/netns/blue CNI_IFNAME=blueveth CNI_PATH=/opt/cni/bin VPC_CNI_LOG_FILE=/dev/null ${command}`
  const prepare = [
    'ip link set lo up',
    'ip link add eth10 address 02:00:00:00:00:10 type dummy',
    'ip link set eth10 up',
    'ip address add 192.168.1.42/24 dev eth10',
    'ip netns add blue',
    // Debian's kernel starts with other values than the one that the reference was recorded on.
    'for each in all default eth10 lo; do echo 1 >/proc/sys/net/ipv6/conf/$each/accept_ra; done',
  ].join(' && ')
  return [prepare, capture, plugin('ADD'), capture, plugin('DEL'), capture, ...removed, 'ip link set lo down'] as const
}

const commandLines = builds.map(({ program }) => program.join(' '))
const commandsWith = (command: string) => [...experimentWith(command), ...comparisonWith(command)]

let ends: readonly Ended[]

// One kernel for all, which takes its time to boot.
beforeAll(async () => {
  ends = await runInUml(commandLines.flatMap(commandsWith))
}, 700_000)

/** Returns the ends of commands that were run after others. */
function endsOf<const T extends readonly string[]>(commands: T, before: readonly string[]): { [K in keyof T]: Ended } {
  // runInUml answers each command, in order.
  return ends.slice(before.length, before.length + commands.length) as { [K in keyof T]: Ended }
}

describe.each(builds)('$build', ({ program }) => {
  const command = program.join(' ')
  const others = commandLines.slice(0, commandLines.indexOf(command)).flatMap(commandsWith)
  const [experiment, comparison] = [experimentWith(command), comparisonWith(command)]

  test('the experiment, word for word, with a real dummy link', () => {
    const [link, netns, before, add, afterAdd, del, afterDel, deleteLink, deleteNetns] = endsOf(experiment, others)
    expect([link, netns, del, deleteLink, deleteNetns].map(resultOf)).toEqual(Array(5).fill(succeeded()))
    const eni = momentOf(before).host.links.find(({ ifname }) => ifname === 'eth10')
    const made = momentOf(afterAdd)
    const result = JSON.parse(add.stdout)
    expect(add).toMatchObject({ exitCode: 0, stderr: '' })
    expect(result).toEqual({
      cniVersion: '1.0.0',
      interfaces: [
        { name: 'blueveth', mac: expect.any(String), sandbox: '/var/run/netns/blue' },
        { name: hostVeth, mac: expect.any(String) },
        { name: `vpcbr${eni?.['ifindex']}`, mac: expect.any(String) },
      ],
      ips: [{ address: '192.168.1.43/24', gateway: '192.168.1.1', interface: 0 }],
      routes: [{ dst: '0.0.0.0/0', gw: '192.168.1.1' }],
      dns: {},
    })
    expect(made.host.links.map(({ ifname, kind }) => [ifname, kind])).toEqual([
      ['lo', undefined],
      ['eth10', 'dummy'],
      [`vpcbr${eni?.['ifindex']}`, 'bridge'],
      ['vpcbreth10dummy', 'dummy'],
      [hostVeth, 'veth'],
    ])
    expect(made.host.links.find(({ ifname }) => ifname === 'vpcbreth10dummy')?.['altnames']).toEqual([
      `vpcbr${eni?.['ifindex']}dummy`,
    ])
    expect(momentOf(afterDel)).toEqual(momentOf(before))
  })

  test('leaves what the reference plugin leaves, property by property', () => {
    const [prepared, before, add, afterAdd, del, afterDel] = endsOf(comparison, [...others, ...experiment])
    expect([prepared, del].map(resultOf)).toEqual(Array(2).fill(succeeded()))
    expect(add).toMatchObject({ exitCode: 0, stderr: '' })
    const made = momentOf(afterAdd)
    const bridge = made.host.links.find(({ kind }) => kind === 'bridge')?.['ifname']
    const roles = { bridge: String(bridge), dummy: 'vpcbreth10dummy', hostVeth }

    expect(inRoles(momentOf(before), roles)).toEqual(inRoles(reference.before, referenceRoles))
    const { 'after-add': left } = reference
    // With the reference plugin a container can advertise itself to the host as a router (CVE-2020-10749).
    const sysctls = { ...left.sysctls, [`ipv6/conf/${referenceRoles.bridge}/accept_ra`]: '0' }
    expect(inRoles(made, roles)).toEqual(inRoles({ ...left, sysctls }, referenceRoles))
    const mac = made.blue.links.find(({ ifname }) => ifname === 'blueveth')?.['address']
    const sandbox = '/var/run/netns/blue'
    // The interfaces of the host come behind, and the default route, which the reference plugin does not report either.
    const hostInterfaces = [hostVeth, bridge].map((name) => ({ name, mac: expect.any(String) }))
    const interfaces = [{ name: 'blueveth', mac, sandbox }, ...hostInterfaces]
    expect(JSON.parse(add.stdout)).toEqual({
      ...reference.result,
      interfaces,
      routes: [{ dst: '0.0.0.0/0', gw: '192.168.1.1' }],
    })
    // Here the reference plugin leaves bridge, dummy and settings behind; this one does not.
    expect(momentOf(afterDel)).toEqual(momentOf(before))
    expect(inRoles(reference['after-del'], referenceRoles)).not.toEqual(inRoles(reference.before, referenceRoles))
  })
})
