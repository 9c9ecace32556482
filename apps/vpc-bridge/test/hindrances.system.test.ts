import { addresses, inside, output, ping, run } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { config, fail, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

/** What others set, and the address that containers do not reach then. */
const settings = {
  'a policy of the packet filter, in L3': ['L3', 'iptables -P FORWARD DROP', addresses.beyond],
  'a policy of the older iptables, in L3': ['L3', 'iptables-legacy -P FORWARD DROP', addresses.beyond],
  'a policy, where bridges ask the packet filter, in L2': [
    'L2',
    'sysctl -qw net.bridge.bridge-nf-call-iptables=1; iptables -P FORWARD DROP',
    addresses.router,
  ],
  'no answers of ARP, in L3': ['L3', 'sysctl -qw net.ipv4.conf.all.arp_ignore=1', addresses.eni],
} as const

test.each(Object.entries(settings))(
  '%s: STATUS and doctor tell what helps',
  async (_, [bridgeType, script, address]) => {
    const { host, blue } = await useWorld()
    const document = { ...config, cniVersion: '1.1.0', bridgeType }
    const status = { command: 'STATUS', config: { ...document, ipAddresses: ['192.168.1.44/24'] } } as const
    await succeed(program, host, { command: 'ADD', netns: blue, config: document })
    expect(await ping(blue, address)).toBe(true)
    await succeed(program, host, status)
    await output(inside(host, ['sh', '-ec', script]))
    await output(inside(blue, ['ip', 'neighbour', 'flush', 'all']))
    expect(await ping(blue, address)).toBe(false)

    expect(await fail(program, host, status)).toMatchObject({ code: 51 })
    const doctor = async () => {
      const { stdout } = await run(inside(host, [...program, 'doctor', '--json']))
      const { findings, modes } = JSON.parse(stdout)
      const { lacks } = modes.find(({ mode }: { mode: string }) => mode === bridgeType)
      return findings.filter(({ id }: { id: string }) => lacks.includes(id))
    }
    const [{ remedy }] = await doctor()
    await output(inside(host, ['sh', '-ec', remedy]))
    // The one that is first told of may hide another.
    for (const { remedy: next } of await doctor()) await output(inside(host, ['sh', '-ec', next]))
    expect(await doctor()).toEqual([])
    await succeed(program, host, status)
    // An address that did not answer is asked for again after a moment.
    await expect.poll(() => ping(blue, address), { timeout: 20_000 }).toBe(true)
  },
)
