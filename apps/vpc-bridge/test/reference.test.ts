import { expect, test } from 'vitest'
import { inRoles, reference, referenceRoles } from './support/reference.ts'

const moment = reference['after-add']
const inOrder = inRoles(moment, referenceRoles)

test('the comparison with the reference does not see names and random MAC addresses', () => {
  const text = JSON.stringify(moment)
    .replaceAll('vpcbr2dummy', 'vpcbreth10dummy')
    .replaceAll('vpcbr2', 'vpcbr7')
    .replaceAll('0e:ee:6c:02:5e:c0', '02:00:00:00:00:aa')
    .replaceAll('fe80::cee:6cff:fe02:5ec0', 'fe80::ff:fe00:aa')
  const roles = { ...referenceRoles, bridge: 'vpcbr7', dummy: 'vpcbreth10dummy' }
  expect(inRoles(JSON.parse(text), roles)).toEqual(inOrder)
})

test.each([
  ['an MTU', '"mtu":9001', '"mtu":1500'],
  ['a port', '"master":"vpcbr2"', '"master":"lo"'],
  ['a link that is down', '"BROADCAST","MULTICAST","UP"', '"BROADCAST","MULTICAST"'],
  ["the dummy's MAC address", '"address":"0e:ee:6c:02:5e:c0","master"', '"address":"0e:ee:6c:02:5e:c1","master"'],
  ['an address', '192.168.1.43', '192.168.1.44'],
  ['a broadcast address', '192.168.1.255', '192.168.1.127'],
  ['a gateway', '"gateway":"192.168.1.1"', '"gateway":"192.168.1.2"'],
  ['an onlink flag', '["onlink"]', '[]'],
  ['a scope', '"dev":"vpcbr2","scope":"link"', '"dev":"vpcbr2","scope":"host"'],
  ['a neighbour', '"lladdr":"0e:ee:6c:02:5e:c0"', '"lladdr":"0e:ee:6c:02:5e:c1"'],
  ['a setting', '"ipv4/conf/vpcbr2/proxy_arp":"1"', '"ipv4/conf/vpcbr2/proxy_arp":"0"'],
])('the comparison with the reference sees %s', (_, from, to) => {
  const text = JSON.stringify(moment)
  expect(text).toContain(from)
  expect(inRoles(JSON.parse(text.replace(from, to)), referenceRoles)).not.toEqual(inOrder)
})
