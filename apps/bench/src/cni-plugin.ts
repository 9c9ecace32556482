import type { Contestant } from './contestant.ts'
import type { Container, Host } from './host.ts'
import type { Command } from './launcher.ts'

/** The network configuration for a container. */
export type Configure = (host: Host, container: Container) => object

/** A CNI plugin, and how it is run. */
export interface CniPlugin {
  readonly name: string
  readonly file: string
  readonly configure: Configure
  /** Its IPAM plugin. */
  readonly ipam?: { readonly directory: string; readonly type: string }
}

export function cniPlugin({ name, file, configure, ipam }: CniPlugin): Contestant {
  const command = (operation: string, host: Host, container: Container): Command => ({
    file,
    input: JSON.stringify(configure(host, container)),
    environment: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      CNI_COMMAND: operation,
      CNI_CONTAINERID: container.id,
      CNI_NETNS: container.netns,
      CNI_IFNAME: 'eth0',
      CNI_PATH: ipam?.directory ?? '/nonexistent',
      VPC_CNI_LOG_FILE: '/dev/null',
    },
  })
  return {
    name,
    files: [file, ...(ipam === undefined ? [] : [`${ipam.directory}/${ipam.type}`])],
    version: { file, input: '{"cniVersion":"1.0.0"}', environment: { CNI_COMMAND: 'VERSION' } },
    connection: async (host, container) => ({
      add: [command('ADD', host, container)],
      del: [command('DEL', host, container)],
    }),
  }
}
