import { join } from 'node:path'
import { type Configure, cniPlugin } from './cni-plugin.ts'
import type { Contestant } from './contestant.ts'
import type { Debian } from './debian.ts'
import type { Container, Host } from './host.ts'

/** Address of a container, by its number, in a network that a peer makes. */
const addressOf = (number: number): string => `10.9.${1 + (number >> 8)}.${number & 255}`
const gateway = '10.9.0.1'
const subnet = '10.9.0.0/16'
const routes = [{ dst: '0.0.0.0/0' }]

const addressing: Readonly<Record<'static' | 'host-local', Configure>> = {
  static: (_, { number }) => ({ type: 'static', addresses: [{ address: `${addressOf(number)}/16`, gateway }], routes }),
  'host-local': ({ directory }) => ({ type: 'host-local', ranges: [[{ subnet }]], routes, dataDir: directory }),
}

/** A plugin of containernetworking-plugins that does what ours does: no masquerading. */
function plugin(debian: Debian, type: 'bridge' | 'ptp', ipam: keyof typeof addressing): Contestant {
  const directory = debian.path('usr/lib/cni')
  const own = type === 'bridge' ? { bridge: 'cni0', isGateway: true } : {}
  return cniPlugin({
    name: `${type} + ${ipam}`,
    file: join(directory, type),
    ipam: { directory, type: ipam },
    configure: (host, container) => ({
      cniVersion: '1.0.0',
      name: 'bench',
      type,
      ...own,
      ipMasq: false,
      mtu: 9001,
      ipam: addressing[ipam](host, container),
    }),
  })
}

/** Podman's network program, which has no IPAM plugin, with a bridge and without firewall. */
function netavark(debian: Debian): Contestant {
  const program = 'usr/lib/podman/netavark'
  const network = {
    name: 'bench',
    id: '0'.repeat(64),
    driver: 'bridge',
    network_interface: 'podman1',
    subnets: [{ subnet, gateway }],
    ipv6_enabled: false,
    internal: false,
    dns_enabled: false,
    options: { mtu: '9001' },
    ipam_options: { driver: 'host-local' },
  }
  const command = (verb: 'setup' | 'teardown', { directory }: Host, { netns, id, number }: Container) => ({
    ...debian.run(program, ['--firewall-driver', 'none', '--config', directory, verb, netns]),
    input: JSON.stringify({
      container_id: id,
      container_name: id,
      networks: { bench: { static_ips: [addressOf(number)], interface_name: 'eth0' } },
      network_info: { bench: network },
    }),
  })
  return {
    name: 'netavark',
    files: [debian.path(program)],
    version: debian.run(program, ['--version']),
    connection: async (host, container) => ({
      add: [command('setup', host, container)],
      del: [command('teardown', host, container)],
    }),
  }
}

/** What ours is compared with. */
export function peers(debian: Debian): readonly Contestant[] {
  return [
    plugin(debian, 'bridge', 'static'),
    plugin(debian, 'bridge', 'host-local'),
    plugin(debian, 'ptp', 'host-local'),
    netavark(debian),
  ]
}
