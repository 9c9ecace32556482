import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { output } from './command.ts'
import { guardNamespaces } from './guard-namespaces.ts'
import { inside } from './look.ts'

/** The addresses of a world. Each machine is a network namespace. */
export const addresses = {
  /** Of the ENI, which is the host's `eth10`. */
  eni: '192.168.1.42',
  /** Of the VPC's router. */
  router: '192.168.1.1',
  /** Of a machine beyond the router. */
  beyond: '10.1.0.2',
} as const

/** MAC address of the ENI. */
export const eniMac = '02:00:00:00:00:10'

/** MAC address of the VPC's router, on the ENI's side. */
export const routerMac = '02:00:00:00:00:01'

/** A host with an ENI in a VPC, in namespaces of their own; nothing of the machine it runs on is touched. */
export interface World {
  /** Paths of the network namespaces. */
  readonly host: string
  readonly router: string
  readonly beyond: string
  /** Makes a container's namespace, and returns its path. */
  readonly addContainer: (name: string) => Promise<string>
  readonly removeContainer: (name: string) => Promise<void>
  /**
   * Tells the VPC, as the EC2 API would, that packets to an address are for the ENI. A VPC knows this and asks nobody by
   * ARP: it delivers what is for a secondary address to the ENI's MAC address.
   */
  readonly assignToEni: (address: string) => Promise<void>
  /** Removes all of it. Also done when the process ends without it, however it ends. */
  readonly destroy: () => Promise<void>
}

/** In bytes: AWS VPCs carry jumbo frames. */
const mtu = 9001

/** The directory in which `ip netns` has the namespaces. */
const directory = '/run/netns'

/** Makes namespaces of which `$@` are the names: addresses can be used in them, and states compared, at once. */
const addNamespaces = `for name in "$@"; do
  ip netns add "$name"
  nsenter --net="${directory}/$name" sh -c \
    'for each in all default; do echo 0 >"/proc/sys/net/ipv6/conf/$each/accept_dad"; done'
done`

/** Builds a world in one child process: by a child for each step it takes ten times as long. */
const buildWorld = `set -- "$1host" "$1router" "$1beyond"
${addNamespaces}
ip -n "$2" -batch - <<end
link set lo up
link add name vpc mtu ${mtu} address ${routerMac} type veth peer name eth10 address ${eniMac} mtu ${mtu} netns $1
link add name far mtu ${mtu} type veth peer name eth0 mtu ${mtu} netns $3
link set vpc up
link set far up
address add ${addresses.router}/24 broadcast + dev vpc
address add 10.1.0.1/24 broadcast + dev far
end
nsenter --net="${directory}/$2" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
ip -n "$3" -batch - <<end
link set lo up
link set eth0 up
address add ${addresses.beyond}/24 broadcast + dev eth0
route add default via 10.1.0.1
end
ip -n "$1" -batch - <<end
link set lo up
link set eth10 up
address add ${addresses.eni}/24 broadcast + dev eth10
route add default via ${addresses.router}
end`

/** Builds a world. Takes some tens of milliseconds. */
export async function createWorld(): Promise<World> {
  const prefix = `vb${process.pid}-${randomBytes(4).toString('hex')}-`
  const release = guardNamespaces(prefix)
  const path = (name: string) => `${directory}/${prefix}${name}`
  const destroy = async () => {
    const ours = (await readdir(directory)).filter((each) => each.startsWith(prefix))
    await output(['ip', '-batch', '-'], { input: ours.map((name) => `netns delete ${name}`).join('\n') })
    release()
  }
  try {
    await output(['sh', '-ec', buildWorld, 'sh', prefix])
  } catch (error) {
    // Why there is no world matters more than what could not be removed of it; that, the watchdog tries again.
    await destroy().catch(() => {})
    throw error
  }
  return {
    host: path('host'),
    router: path('router'),
    beyond: path('beyond'),
    addContainer: async (name) => {
      await output(['sh', '-ec', addNamespaces, 'sh', `${prefix}${name}`])
      return path(name)
    },
    removeContainer: async (name) => void (await output(['ip', 'netns', 'delete', `${prefix}${name}`])),
    assignToEni: async (address) => {
      const neighbour = ['neighbour', 'replace', address, 'lladdr', eniMac, 'dev', 'vpc', 'nud', 'permanent']
      await output(['ip', '-n', `${prefix}router`, ...neighbour])
    },
    destroy,
  }
}

/** @param path below /proc/sys, separated by slashes */
export async function writeSysctl(netns: string, path: string, value: string): Promise<void> {
  await output(inside(netns, ['tee', `/proc/sys/${path}`]), { input: value })
}
