import type { Operation } from '../operation.ts'
import { addIfb, type ConformanceCase, openNew, perform, refused } from './case.ts'

const route = {
  destination: '192.0.2.7/32',
  dev: 'x',
  onlink: false,
  scope: 'link',
  protocol: 'boot',
  metric: 0,
} as const
const address = { dev: 'x', address: '10.0.0.1/24' } as const

/** Of callers that are not type-checked. */
const strange: readonly unknown[] = [
  { do: 'add link', link: { kind: 'bridge', name: 'br0', vlanFiltering: true } },
  { do: 'add link', link: { kind: 'veth', name: 'near', peer: { name: 'far', master: 'br0' } } },
  { do: 'add link', link: { kind: 'vlan', name: 'x.5', parent: 'x', id: 5, protocol: '802.1ad' } },
  { do: 'add link', link: { kind: 'vxlan', name: 'vx0' } },
  { do: 'add link', link: { kind: 'toString', name: 'vx0' } },
  { do: 'set link', name: 'x', set: { up: true, txqueuelen: 100 } },
  { do: 'add route', route: { ...route, realm: 3 } },
  { do: 'set route', route: { ...route, furtherHops: [{ dev: 'x', onlink: false, flags: 'pervasive' }] } },
  {
    do: 'add reject route',
    route: { type: 'throw', destination: '192.0.2.0/24', protocol: 'boot', metric: 0, dev: 'x' },
  },
  { do: 'add address', address: { ...address, prefixRoute: false } },
  { do: 'set neighbour', neighbour: { dev: 'x', address: '10.0.0.9', mac: '02:00:00:00:00:09', state: 'stale' } },
]

/** What the port does not know. */
export const unknownPropertyCases: readonly ConformanceCase[] = [
  {
    name: 'what the port does not know is refused, and not left out: EINVAL',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x', { up: true }))
      // What no type allows.
      for (const operation of strange) await refused(netns, operation as Operation, 'EINVAL')
    },
  },
]
