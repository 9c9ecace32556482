import { addresses, captureState, eniMac, output, ping } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { config, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

/** Takes the ENI away, and plugs it in again, as whoever configures it does. */
const replug = (host: string, router: string) => `ip -n ${router} link delete vpc
ip -n ${router} link add vpc mtu 9001 address 02:00:00:00:00:01 type veth peer name eth10 address ${eniMac} mtu 9001 netns ${host}
ip -n ${router} link set vpc up
ip -n ${router} address add ${addresses.router}/24 dev vpc
ip -n ${host} link set eth10 up
ip -n ${host} address add ${addresses.eni}/24 dev eth10
ip -n ${host} route add default via ${addresses.router}`

test.each(['L2', 'L3'])(
  '%s in another namespace: an ENI that is plugged in again, with routes that are there still, is taken there again',
  async (bridgeType) => {
    const { host, router, blue, addContainer, assignToEni } = await useWorld()
    const [away, red] = [await addContainer('away'), await addContainer('red')]
    const document = { ...config, eniMACAddress: eniMac, bridgeType, bridgeNetNSPath: away }
    const endpoints = [
      { netns: blue, containerId: 'blue', config: document },
      { netns: red, containerId: 'red', config: { ...document, ipAddresses: ['192.168.1.44/24'] } },
    ] as const
    await succeed(program, host, { command: 'ADD', ...endpoints[0] })
    const name = (path: string) => path.split('/').at(-1) ?? ''
    await output(['sh', '-ec', replug(name(host), name(router))])
    for (const address of ['192.168.1.43', '192.168.1.44']) await assignToEni(address)
    await succeed(program, host, { command: 'ADD', ...endpoints[1] })
    for (const { netns } of endpoints) expect(await ping(netns, addresses.beyond)).toBe(true)
    for (const each of endpoints) await succeed(program, host, { command: 'DEL', ...each })
    const { links, routes } = await captureState(host)
    expect(links.map(({ ifname }) => ifname)).toEqual(['lo', 'eth10'])
    expect(routes).toContainEqual(expect.objectContaining({ dst: 'default', gateway: addresses.router, dev: 'eth10' }))
    expect((await captureState(away)).links).toHaveLength(1)
  },
)
