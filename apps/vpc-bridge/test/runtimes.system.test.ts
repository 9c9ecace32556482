import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  addresses,
  type Container,
  type ContainerHost,
  captureState,
  createContainerHost,
  createWorld,
  inside,
  output,
  ping,
  podmanExecutesCni,
  preparePodman,
  type State,
  startContainerd,
  type World,
} from '@vpc-bridge/testbed'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fetchFrom } from './support/fetch-from.ts'

/*
 * The product as container runtimes use it: installed where they look for plugins, in a list of plugins with those of Debian,
 * executed by them. `ctr` runs the plugins on /proc/<pid>/ns/net, and DEL when that is gone, without CNI_NETNS; it has no
 * option for port mappings. Podman runs them on a namespace that it has made, and publishes ports.
 */

const executable = fileURLToPath(new URL('../dist/vpc-bridge', import.meta.url))
const packetSize = 9001
const first = '192.168.1.60'
const second = '192.168.1.61'
/** Serves its own name to whoever asks. */
const server = (name: string) => ['sh', '-c', `echo ${name} >/tmp/${name} && exec httpd -f -p 80 -h /tmp`]

const networks = (cniVersion: string) => ({
  cniVersion,
  name: 'vpc',
  plugins: [
    {
      type: 'vpc-bridge',
      eniName: 'eth10',
      ipam: { type: 'host-local', ranges: [[{ subnet: '192.168.1.0/24', rangeStart: first, rangeEnd: second }]] },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
})

/** A world whose host has the plugins and a network. */
async function useContainerHost(cniVersion: string): Promise<World & { readonly containerHost: ContainerHost }> {
  const world = await createWorld()
  onTestFinished(() => world.destroy())
  for (const address of [first, second]) await world.assignToEni(address)
  const containerHost = await createContainerHost(world.host)
  onTestFinished(() => containerHost.stop())
  await output(containerHost.inside([executable, 'install']))
  await mkdir(containerHost.path('/etc/cni/net.d'), { recursive: true })
  await writeFile(containerHost.path('/etc/cni/net.d/10-vpc.conflist'), JSON.stringify(networks(cniVersion)))
  return { ...world, containerHost }
}

/** The addresses that host-local has given away. */
async function reserved(containerHost: ContainerHost): Promise<readonly string[]> {
  const files = await readdir(containerHost.path('/var/lib/cni/networks/vpc'))
  return files.filter((name) => /^\d/.test(name)).toSorted()
}

/** What the documentation says of a host with these endpoints. */
function documented({ links, routes, sysctls }: State, containerAddresses: readonly string[]): void {
  const bridge = links.find(({ kind }) => kind === 'bridge')
  const name = String(bridge?.['ifname'])
  expect(name).toMatch(/^vpcbr\d+$/)
  expect(bridge).toMatchObject({ mtu: 9001, flags: expect.arrayContaining(['UP', 'LOWER_UP']) })
  const ports = links.filter(({ master }) => master === name)
  expect(ports).toHaveLength(1 + containerAddresses.length)
  for (const port of ports) expect(port).toMatchObject({ mtu: 9001, flags: expect.arrayContaining(['UP', 'LOWER_UP']) })
  const dummy = { ifname: 'vpcbreth10dummy', altnames: [`${name}dummy`], address: bridge?.['address'] }
  expect(ports).toContainEqual(expect.objectContaining(dummy))
  for (const address of containerAddresses) {
    const ifalias = expect.stringMatching(
      `^vpc-bridge v=1 network=vpc container=\\S+ interface=eth0 addresses=${address}/24$`,
    )
    const veth = { ifname: expect.stringMatching(/^veth[0-9a-f]{11}$/), kind: 'veth', ifalias }
    expect(ports).toContainEqual(expect.objectContaining(veth))
    expect(routes).toContainEqual(expect.objectContaining({ dst: address, dev: name }))
  }
  expect(sysctls).toMatchObject({
    [`ipv4/conf/${name}/proxy_arp`]: '1',
    [`ipv4/conf/${name}/forwarding`]: '1',
    [`ipv4/neigh/${name}/proxy_delay`]: '0',
    'ipv4/conf/eth10/forwarding': '1',
  })
}

/** What it says of a container. */
function documentedInside(
  { addresses: shown, links, routes, neighbours }: State,
  bridge: string,
  address: string,
): void {
  expect(links).toContainEqual(expect.objectContaining({ ifname: 'eth0', kind: 'veth', mtu: 9001 }))
  expect(shown).toContainEqual(expect.objectContaining({ dev: 'eth0', local: address, prefixlen: 24 }))
  expect(routes).toContainEqual(
    expect.objectContaining({ dst: 'default', gateway: '192.168.1.1', dev: 'eth0', flags: ['onlink'] }),
  )
  expect(neighbours).toContainEqual(expect.objectContaining({ dst: '192.168.1.1', dev: 'eth0', lladdr: bridge }))
}

/** Packets of all sizes pass between all. */
async function connected({ router, beyond, host }: World, one: Container, other: Container): Promise<void> {
  for (const [{ netns }, address, peer] of [
    [one, first, second],
    [other, second, first],
  ] as const) {
    for (const to of [peer, addresses.eni, addresses.router, addresses.beyond])
      expect(await ping(netns, to, { packetSize }), `${address} to ${to}`).toBe(true)
    for (const from of [host, router, beyond])
      expect(await ping(from, address, { packetSize }), `${from} to ${address}`).toBe(true)
  }
  expect(await fetchFrom(beyond, `http://${first}/red`)).toBe('red')
  expect(await fetchFrom(one.netns, `http://${second}/blue`)).toBe('blue')
}

const hasCni = await podmanExecutesCni()
const runtimes = [
  { runtime: 'containerd', cniVersion: '1.0.0', prepare: startContainerd, skipped: false },
  { runtime: 'Podman', cniVersion: '0.4.0', prepare: preparePodman, skipped: !hasCni },
] as const

describe.each(runtimes)('$runtime', ({ cniVersion, prepare, skipped }) => {
  test.skipIf(skipped)('connects containers to the VPC, and leaves nothing of them', { timeout: 180_000 }, async () => {
    const world = await useContainerHost(cniVersion)
    const { host, beyond, containerHost } = world
    const before = await captureState(host)
    const { start } = await prepare(containerHost, 'vpc')
    const red = await start('red', server('red'))
    // So that the host has learnt where it is.
    expect(await ping(host, first)).toBe(true)
    const withRed = await captureState(host)
    const blue = await start('blue', server('blue'))

    expect(await reserved(containerHost)).toEqual([first, second])
    const during = await captureState(host)
    documented(during, [first, second])
    const mac = String(during.links.find(({ kind }) => kind === 'bridge')?.['address'])
    documentedInside(await captureState(red.netns), mac, first)
    documentedInside(await captureState(blue.netns), mac, second)
    await connected(world, red, blue)

    await blue.stop()
    expect(await captureState(host)).toEqual(withRed)
    expect(await reserved(containerHost)).toEqual([first])
    expect(await ping(beyond, first, { packetSize })).toBe(true)
    expect(await ping(beyond, second)).toBe(false)

    await red.stop()
    expect(await captureState(host)).toEqual(before)
    expect(await reserved(containerHost)).toEqual([])
    expect(await readFile(containerHost.path('/var/log/vpc-bridge.log'), 'utf8')).not.toMatch(/\[(ERROR|CRITICAL)\]/)
  })

  test.skipIf(skipped)('passes on why a container cannot be connected', { timeout: 180_000 }, async () => {
    const { host, containerHost } = await useContainerHost(cniVersion)
    await output(inside(host, ['ip', 'link', 'set', 'eth10', 'down']))
    await output(inside(host, ['ip', 'link', 'set', 'eth10', 'name', 'eth11']))
    const before = await captureState(host)
    const { start } = await prepare(containerHost, 'vpc')
    await expect(start('red', server('red'))).rejects.toThrow('eth10')
    expect(await captureState(host)).toEqual(before)
    expect(await reserved(containerHost)).toEqual([])
  })
})

describe('a port mapping in a chain after vpc-bridge', () => {
  test.skipIf(!hasCni)(
    'is reached from the VPC, from the host and from another container',
    { timeout: 180_000 },
    async () => {
      const { host, router, beyond, containerHost } = await useContainerHost('1.0.0')
      // The plugin portmap leaves its chains.
      const state = async () => ({ ...(await captureState(host)), ruleset: [] })
      const before = await state()
      const { start } = await preparePodman(containerHost, 'vpc')
      const red = await start('red', server('red'), ['8080:80'])
      const blue = await start('blue', server('blue'))
      const url = `http://${addresses.eni}:8080/red`
      for (const from of [router, beyond, host, blue.netns]) expect(await fetchFrom(from, url)).toBe('red')
      expect(await fetchFrom(host, 'http://127.0.0.1:8080/red')).toBe('red')

      await red.stop()
      expect(await fetchFrom(beyond, url)).toBe('no answer')
      expect(await output(containerHost.inside(['iptables', '--table=nat', '--list-rules']))).not.toContain('8080')
      await blue.stop()
      expect(await state()).toEqual(before)
    },
  )
})
