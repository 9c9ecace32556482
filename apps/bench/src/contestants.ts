import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command, Host } from './host.ts'

/** A container to connect. */
export interface Container {
  readonly netns: string
  readonly id: string
  /** An address of the VPC's subnet, without its prefix length. */
  readonly address: string
}

/** What is measured: how it adds and removes a container. */
export interface Contestant {
  readonly name: string
  readonly add: (host: Host, container: Container) => readonly Command[]
  readonly del: (host: Host, container: Container) => readonly Command[]
  /** The executable; absent: it is no CNI plugin. */
  readonly file?: string
  /** How it is asked for its version. */
  readonly version: readonly Command[]
}

const dist = (file: string) => fileURLToPath(new URL(`../../vpc-bridge/dist/${file}`, import.meta.url))
const executable = dist('vpc-bridge')
const nodeBuild = dist('main.js')
const cni = '/usr/lib/cni'

/** A plugin with a configuration for a container. */
function plugin(
  name: string,
  file: string,
  config: (host: Host, container: Container) => object,
  args: readonly string[] = [],
): Contestant {
  const command = (operation: string, host: Host, container: Container): readonly Command[] => [
    {
      file,
      args,
      input: JSON.stringify(config(host, container)),
      environment: {
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
        CNI_COMMAND: operation,
        CNI_CONTAINERID: container.id,
        CNI_NETNS: container.netns,
        CNI_IFNAME: 'eth0',
        CNI_PATH: cni,
        VPC_CNI_LOG_FILE: '/dev/null',
      },
    },
  ]
  return {
    name,
    file: args[0] ?? file,
    version: [{ file, args, input: '{"cniVersion":"1.0.0"}', environment: { CNI_COMMAND: 'VERSION' } }],
    add: (host, container) => command('ADD', host, container),
    del: (host, container) => command('DEL', host, container),
  }
}

const ourConfig = (_: Host, { address }: Container) => ({
  cniVersion: '1.0.0',
  name: 'vpc',
  type: 'vpc-bridge',
  eniName: 'eth10',
  eniIPAddresses: ['192.168.1.42/24'],
  bridgeType: 'L3',
  ipAddresses: [`${address}/24`],
  gatewayIPAddress: '192.168.1.1',
})

const hostLocal = ({ directory }: Host) => ({
  type: 'host-local',
  ranges: [[{ subnet: '10.9.0.0/16' }]],
  dataDir: directory,
  routes: [{ dst: '0.0.0.0/0' }],
})

const staticIpam = (_: Host, { address }: Container) => ({
  type: 'static',
  addresses: [{ address: `10.9.${address.split('.').at(-1)}.2/16`, gateway: '10.9.0.1' }],
  routes: [{ dst: '0.0.0.0/0' }],
})

type Ipam = (host: Host, container: Container) => object

const bridge = (ipMasq: boolean, ipam: Ipam) => (host: Host, container: Container) => ({
  cniVersion: '1.0.0',
  name: 'bench',
  type: 'bridge',
  bridge: 'cni0',
  isGateway: true,
  ipMasq,
  mtu: 9001,
  ipam: ipam(host, container),
})

const ptp = (ipMasq: boolean, ipam: Ipam) => (host: Host, container: Container) => ({
  cniVersion: '1.0.0',
  name: 'bench',
  type: 'ptp',
  ipMasq,
  mtu: 9001,
  ipam: ipam(host, container),
})

/** The product. */
export const ours: Contestant = plugin('vpc-bridge', executable, ourConfig)

/** The same kernel changes as ours, by one `ip -batch` for each namespace: nobody is faster who starts a program. */
export const floor: Contestant = {
  name: 'ip -batch',
  add: ({ eniIndex }, { id, netns, address }) => [
    batch([
      `link add name ${id} type veth peer name eth0 address 02:11:00:00:00:01 mtu 9001 netns ${netns}`,
      `link set ${id} mtu 9001 master vpcbr${eniIndex} up alias of-a-container`,
      `route add ${address}/32 dev vpcbr${eniIndex}`,
    ]),
    batch(
      [
        'link set eth0 up',
        `address add ${address}/24 broadcast + dev eth0`,
        'route add default via 192.168.1.1 dev eth0 onlink',
        'neighbour replace 192.168.1.1 lladdr 02:11:00:00:00:02 dev eth0 nud permanent',
      ],
      ['-n', netns.slice(netns.lastIndexOf('/') + 1)],
    ),
  ],
  del: ({ eniIndex }, { id, address }) => [
    batch([`route delete ${address}/32 dev vpcbr${eniIndex}`, `link delete dev ${id}`]),
  ],
  version: [{ file: 'ip', args: ['-Version'], input: '' }],
}

function batch(lines: readonly string[], options: readonly string[] = []): Command {
  return { file: 'ip', args: [...options, '-batch', '-'], input: lines.join('\n') }
}

/** `bridge` as people run it: a gateway, masquerading, addresses from host-local. */
export const usualBridge: Contestant = plugin('bridge', `${cni}/bridge`, bridge(true, hostLocal))
export const usualPtp: Contestant = plugin('ptp', `${cni}/ptp`, ptp(true, hostLocal))

/** All that are compared with ours, without those that are not installed. */
export function contestants(further: readonly Contestant[]): readonly Contestant[] {
  const known = [
    ours,
    plugin('vpc-bridge on Node.js', process.execPath, ourConfig, [nodeBuild]),
    usualBridge,
    plugin('bridge, no masquerade', `${cni}/bridge`, bridge(false, hostLocal)),
    plugin('bridge, static addresses', `${cni}/bridge`, bridge(false, staticIpam)),
    usualPtp,
    plugin('ptp, no masquerade', `${cni}/ptp`, ptp(false, hostLocal)),
    ...further,
  ].filter(({ file }) => file === undefined || existsSync(file))
  return [...known, floor]
}

/**
 * A plugin that is named on the command line.
 *
 * @param text `NAME=PATH,CONFIG`: CONFIG is the path of a configuration, in which `{address}` stands for an address of the
 * subnet 192.168.1.0/24
 */
export function pluginOf(text: string): Contestant {
  const [, name, file, configFile] = /^([^=]+)=([^,]+),(.+)$/.exec(text) ?? []
  if (name === undefined || file === undefined || configFile === undefined) {
    throw new Error(`--plugin ${text}: expected NAME=PATH,CONFIG, such as reference=/opt/cni/bin/vpc-bridge,vpc.conf`)
  }
  const template = readFileSync(configFile, 'utf8')
  return plugin(name, file, (_, { address }) => JSON.parse(template.replaceAll('{address}', address)))
}
