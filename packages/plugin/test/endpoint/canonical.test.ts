import { expect, test } from 'vitest'
import { fromIpam } from '../../src/endpoint/canonical.ts'

const given = (ips: readonly object[], routes: readonly object[] = []) =>
  fromIpam({ ips: ips as never, routes: routes as never, dns: {} }, 'some')

test('Addresses and routes of an IPAM plugin become canonical.', () => {
  const found = given(
    [{ address: 'FD00:9::0A/64', gateway: 'FD00:9:0::1' }],
    [{ dst: 'FD00:0A::1/32' }, { dst: '10.1.2.3/8', gw: '10.0.0.1', priority: 5 }],
  )
  expect(found._unsafeUnwrap()).toEqual({
    ips: [{ address: 'fd00:9::a/64', gateway: 'fd00:9::1' }],
    routes: [
      { destination: 'fd00:a::/32', gateway: 'fd00:9::1' },
      { destination: '10.0.0.0/8', gateway: '10.0.0.1', metric: 5 },
    ],
  })
})

test.each([
  ['an address', [{ address: '10.1.0.300/24' }], [], '"10.1.0.300/24"'],
  ['a gateway', [{ address: '10.1.0.3/24', gateway: 'router' }], [], '"router"'],
  ['a destination', [], [{ dst: 'everywhere' }], '"everywhere"'],
  ['a next hop', [], [{ dst: '0.0.0.0/0', gw: '1' }], '"1"'],
  ['an attribute', [], [{ dst: '0.0.0.0/0', table: 7 }], '"table"'],
])('What is no good as %s is an error that names the plugin and the value.', (_, ips, routes, value) => {
  const { msg } = given(ips, routes)._unsafeUnwrapErr()
  expect(msg).toContain('IPAM plugin "some"')
  expect(msg).toContain(value)
})
