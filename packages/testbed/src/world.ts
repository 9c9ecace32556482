import { randomBytes } from 'node:crypto'
import { inside, output } from './command.ts'
import { guardNamespaces } from './guard-namespaces.ts'

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

/** Builds a world. Takes some tens of milliseconds. */
export async function createWorld(): Promise<World> {
  const prefix = `vb${process.pid}-${randomBytes(4).toString('hex')}-`
  const release = guardNamespaces(prefix)
  const path = (name: string) => `/run/netns/${prefix}${name}`
  const add = async (name: string): Promise<string> => {
    await output(['ip', 'netns', 'add', `${prefix}${name}`])
    // Addresses can be used, and states compared, at once.
    await writeSysctl(path(name), 'net/ipv6/conf/default/accept_dad', '0')
    await writeSysctl(path(name), 'net/ipv6/conf/all/accept_dad', '0')
    return path(name)
  }
  const destroy = async () => {
    const names = (await output(['ip', 'netns', 'list'])).split('\n').map((line) => line.split(' ')[0] ?? '')
    const ours = names.filter((each) => each.startsWith(prefix))
    await Promise.all(ours.map((name) => output(['ip', 'netns', 'delete', name])))
    release()
  }
  try {
    const host = await add('host')
    const router = await add('router')
    const beyond = await add('beyond')
    const { eni, router: gateway, beyond: far } = addresses
    await batch(router, [
      'link set lo up',
      `link add name vpc mtu ${mtu} type veth peer name eth10 address ${eniMac} mtu ${mtu} netns ${host}`,
      `link add name far mtu ${mtu} type veth peer name eth0 mtu ${mtu} netns ${beyond}`,
      'link set vpc up',
      'link set far up',
      `address add ${gateway}/24 broadcast + dev vpc`,
      'address add 10.1.0.1/24 broadcast + dev far',
    ])
    await writeSysctl(router, 'net/ipv4/ip_forward', '1')
    await batch(beyond, [
      'link set lo up',
      'link set eth0 up',
      `address add ${far}/24 broadcast + dev eth0`,
      'route add default via 10.1.0.1',
    ])
    await batch(host, [
      'link set lo up',
      'link set eth10 up',
      `address add ${eni}/24 broadcast + dev eth10`,
      `route add default via ${gateway}`,
    ])
    return {
      host,
      router,
      beyond,
      addContainer: add,
      removeContainer: async (name) => void (await output(['ip', 'netns', 'delete', `${prefix}${name}`])),
      assignToEni: (address) => batch(router, [`neighbour replace ${address} lladdr ${eniMac} dev vpc nud permanent`]),
      destroy,
    }
  } catch (error) {
    // Why there is no world matters more than what could not be removed of it; that, the watchdog tries again.
    await destroy().catch(() => {})
    throw error
  }
}

/** Runs lines of `ip -batch` in a namespace. */
async function batch(netns: string, lines: readonly string[]): Promise<void> {
  await output(inside(netns, ['ip', '-batch', '-']), { input: lines.join('\n') })
}

/** @param path below /proc/sys, separated by slashes */
export async function writeSysctl(netns: string, path: string, value: string): Promise<void> {
  await output(inside(netns, ['tee', `/proc/sys/${path}`]), { input: value })
}
