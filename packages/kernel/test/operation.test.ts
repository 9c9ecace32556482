import { expect, test } from 'vitest'
import { describeKernelError, type Operation, objectOf, operationError } from '../src/index.ts'

const mac = '02:00:00:00:00:01'
const route = {
  destination: '0.0.0.0/0',
  dev: 'eth0',
  onlink: false,
  scope: 'link',
  protocol: 'boot',
  metric: 0,
} as const

const named: readonly (readonly [Operation, string])[] = [
  [{ do: 'add link', link: { kind: 'bridge', name: 'br0' } }, 'bridge br0'],
  [{ do: 'add link', link: { kind: 'veth', name: 'v', peer: { name: 'eth0', netns: '/blue' } } }, 'veth v'],
  [{ do: 'set link', name: 'br0', set: { up: true } }, 'link br0'],
  [{ do: 'delete link', name: 'br0' }, 'link br0'],
  [{ do: 'add altname', name: 'br0', altName: 'other' }, 'alternative name other of br0'],
  [{ do: 'delete altname', name: 'br0', altName: 'other' }, 'alternative name other of br0'],
  [{ do: 'add address', address: { dev: 'eth0', address: '10.0.0.1/24' } }, 'address 10.0.0.1/24 on eth0'],
  [{ do: 'delete address', address: { dev: 'eth0', address: 'fd00::1/64' } }, 'address fd00::1/64 on eth0'],
  [{ do: 'add route', route }, 'route 0.0.0.0/0 on eth0'],
  [{ do: 'delete route', route }, 'route 0.0.0.0/0 on eth0'],
  [{ do: 'set route', route: { ...route, table: 7 } }, 'route 0.0.0.0/0 of table 7 on eth0'],
  [
    { do: 'add rule', rule: { family: 'inet', priority: 7, from: '10.0.0.9/32', action: { do: 'goto', priority: 9 } } },
    'rule 7 from 10.0.0.9/32 goto 9',
  ],
  [
    {
      do: 'delete rule',
      rule: { family: 'inet6', priority: 9, action: { do: 'lookup', table: 254, suppressPrefixLength: 0 } },
    },
    'rule 9 of IPv6 lookup 254 suppress_prefixlength 0',
  ],
  [{ do: 'set neighbour', neighbour: { dev: 'eth0', address: '10.0.0.9', mac } }, 'neighbour 10.0.0.9 on eth0'],
  [{ do: 'delete neighbour', neighbour: { dev: 'eth0', address: '10.0.0.9' } }, 'neighbour 10.0.0.9 on eth0'],
  [{ do: 'write sysctl', path: 'net/ipv4/ip_forward', value: '1' }, 'sysctl net/ipv4/ip_forward'],
]

test.each(named)('%o is about "%s"', (operation, object) => {
  expect(objectOf(operation)).toBe(object)
})

test('an error says what was attempted, on what, where, and why it failed', () => {
  const error = operationError({ do: 'delete link', name: 'br0' }, '/run/netns/blue', 'ENODEV', 'No such device')
  expect(error).toEqual({
    kind: 'kernel',
    operation: 'delete link',
    object: 'link br0',
    netns: '/run/netns/blue',
    errno: 'ENODEV',
    message: 'No such device',
  })
  expect(describeKernelError(error)).toBe('delete link (link br0): ENODEV: No such device')
})
