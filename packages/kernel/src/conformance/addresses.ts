import assert from 'node:assert/strict'
import type { Netns } from '../netns.ts'
import type { Address, Route } from '../state.ts'
import { addIfb, type ConformanceCase, errnoOf, openNew, perform, refused, value } from './case.ts'

const dev = 'x'
const one: Address = { dev, address: '10.0.0.1/24', broadcast: '10.0.0.255' }
const two: Address = { dev, address: '10.0.0.2/24' }

const connected: Route = {
  destination: '10.0.0.0/24',
  dev,
  onlink: false,
  scope: 'link',
  protocol: 'kernel',
  metric: 0,
  source: '10.0.0.1',
}

/** The routes by which IPv4 leaves; what IPv6 makes by itself is left out. */
const inet = (netns: Netns) => value(netns.routes({ family: 'inet' }))

/** IPv4 addresses alone: link-local IPv6 addresses come and go with the carrier. */
const inetAddresses = async (netns: Netns) =>
  (await value(netns.addresses(dev))).filter(({ address }) => !address.includes(':'))

const withoutLinkLocal = async (netns: Netns) =>
  (await value(netns.addresses(dev))).filter(({ address }) => !address.startsWith('fe80:'))

/** Addresses, and the routes that come and go with them. */
export const addressCases: readonly ConformanceCase[] = [
  {
    name: 'an address brings the route to its subnet while its link is up',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb(dev), { do: 'add address', address: one })
      assert.deepEqual(await value(netns.addresses()), [one])
      assert.deepEqual(await inet(netns), [])
      await perform(netns, { do: 'set link', name: dev, set: { up: true } })
      assert.deepEqual(await inet(netns), [connected])
      await perform(netns, { do: 'set link', name: dev, set: { up: false } })
      assert.deepEqual(await inet(netns), [])
      assert.deepEqual(await inetAddresses(netns), [one])
    },
  },
  {
    name: 'an address has a length, and all of its parts: EINVAL',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb(dev))
      for (const address of ['10.0.0.1', '10.1/24', 'fd00::1', '10.0.0.1/255.255.255.0', 'any', 'default', '']) {
        await refused(netns, { do: 'add address', address: { dev, address } }, 'EINVAL')
        await refused(netns, { do: 'delete address', address: { dev, address } }, 'EINVAL')
      }
      await refused(netns, { do: 'add address', address: { ...one, broadcast: '+' } }, 'EINVAL')
    },
  },
  {
    name: 'an address of its own length brings no route',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb(dev, { up: true }), { do: 'add address', address: { dev, address: '10.0.0.1/32' } })
      assert.deepEqual(await inetAddresses(netns), [{ dev, address: '10.0.0.1/32' }])
      assert.deepEqual(await inet(netns), [])
    },
  },
  {
    name: 'with the first address of a subnet go the others',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(
        netns,
        addIfb(dev, { up: true }),
        { do: 'add address', address: one },
        { do: 'add address', address: two },
      )
      assert.deepEqual(await inet(netns), [connected])
      await perform(netns, { do: 'delete address', address: two })
      assert.deepEqual(await inetAddresses(netns), [one])
      await perform(netns, { do: 'add address', address: two }, { do: 'delete address', address: one })
      assert.deepEqual(await inetAddresses(netns), [])
      assert.deepEqual(await inet(netns), [])
    },
  },
  {
    name: 'addresses of one link are not those of another',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb(dev), addIfb('y'), { do: 'add address', address: one })
      assert.deepEqual(await value(netns.addresses('y')), [])
      assert.deepEqual(await value(netns.addresses(dev)), [one])
      assert.equal(await errnoOf(netns.addresses('nope')), 'ENODEV')
    },
  },
  {
    name: 'an address is there once; what is not there cannot be deleted',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb(dev), { do: 'add address', address: one })
      await refused(netns, { do: 'add address', address: one }, 'EEXIST')
      await refused(netns, { do: 'delete address', address: two }, 'EADDRNOTAVAIL')
      await refused(netns, { do: 'add address', address: { ...one, dev: 'nope' } }, 'ENODEV')
      await refused(netns, { do: 'delete address', address: { ...one, dev: 'nope' } }, 'ENODEV')
    },
  },
  {
    name: 'addresses go with their link',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb(dev, { up: true }), { do: 'add address', address: one })
      await perform(netns, { do: 'delete link', name: dev })
      assert.deepEqual(await value(netns.addresses()), [])
      assert.deepEqual(await inet(netns), [])
    },
  },
  {
    name: 'IPv6 addresses are written as RFC 5952 says, and have routes',
    run: async (world) => {
      const netns = await openNew(world)
      const address = { dev, address: 'fd00:0:0:1::a/64' }
      await perform(netns, addIfb(dev, { up: true }), {
        do: 'add address',
        address: { dev, address: 'FD00:0:0:1:0:0:0:A/64' },
      })
      assert.deepEqual(await withoutLinkLocal(netns), [address])
      const routes = await value(netns.routes({ family: 'inet6', destination: 'fd00:0:0:1::/64' }))
      assert.deepEqual(routes, [
        { destination: 'fd00:0:0:1::/64', dev, onlink: false, scope: 'global', protocol: 'kernel', metric: 256 },
      ])
      await refused(netns, { do: 'add address', address }, 'EEXIST')
      await perform(netns, { do: 'delete address', address })
      assert.deepEqual(await withoutLinkLocal(netns), [])
      assert.deepEqual(await value(netns.routes({ family: 'inet6', destination: 'fd00:0:0:1::/64' })), [])
    },
  },
  {
    name: 'with promote_secondaries the others stay, and one of them takes the place of the first',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(
        netns,
        addIfb(dev, { up: true }),
        { do: 'write sysctl', path: `net/ipv4/conf/${dev}/promote_secondaries`, value: '1' },
        { do: 'add address', address: one },
        { do: 'add address', address: two },
        { do: 'delete address', address: one },
      )
      assert.deepEqual(await inetAddresses(netns), [two])
      assert.deepEqual(await inet(netns), [{ ...connected, source: '10.0.0.2' }])
    },
  },
  {
    name: 'the loopback link has its addresses by itself',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, { do: 'set link', name: 'lo', set: { up: true } })
      const addresses = (await value(netns.addresses('lo'))).map(({ address }) => address)
      assert.deepEqual(addresses, ['127.0.0.1/8', '::1/128'])
      assert.deepEqual(await inet(netns), [])
    },
  },
  {
    name: 'an IPv6 address is there once, whatever its prefix length',
    run: async (world) => {
      const netns = await openNew(world)
      const address = { dev, address: 'fd00::a/64' }
      await perform(netns, addIfb(dev), { do: 'add address', address })
      await refused(netns, { do: 'add address', address: { dev, address: 'fd00::a/128' } }, 'EEXIST')
      await refused(netns, { do: 'delete address', address: { dev, address: 'fd00::a/128' } }, 'EADDRNOTAVAIL')
    },
  },
  {
    name: 'addresses that no link can have are refused',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb(dev))
      for (const address of ['::/64', '::1/128', 'ff02::1/64']) {
        await refused(netns, { do: 'add address', address: { dev, address } }, 'EADDRNOTAVAIL')
      }
    },
  },
  {
    name: 'a link without IPv6 has no IPv6 addresses, and is given none',
    run: async (world) => {
      const netns = await openNew(world)
      const address = { dev, address: 'fd00::a/64' }
      const path = `net/ipv6/conf/${dev}/disable_ipv6`
      await perform(netns, addIfb(dev, { up: true }), { do: 'add address', address })
      await perform(netns, { do: 'write sysctl', path, value: '1' })
      assert.deepEqual(await value(netns.addresses(dev)), [])
      await refused(netns, { do: 'add address', address }, 'EACCES')
      await perform(netns, { do: 'write sysctl', path, value: '0' }, { do: 'add address', address })
      assert.deepEqual(await withoutLinkLocal(netns), [address])
    },
  },
  {
    name: 'the metric of an address is that of the route to its subnet',
    run: async (world) => {
      const netns = await openNew(world)
      const address = { ...one, metric: 512 }
      const address6 = { dev, address: 'fd00::a/64', metric: 513 }
      await perform(netns, addIfb(dev, { up: true }), { do: 'add address', address })
      await perform(netns, { do: 'add address', address: address6 })
      assert.deepEqual(await inetAddresses(netns), [address])
      assert.deepEqual(await inet(netns), [{ ...connected, metric: 512 }])
      assert.ok((await value(netns.addresses(dev))).some((each) => each.metric === 513))
      const routes = await value(netns.routes({ family: 'inet6', destination: 'fd00::/64' }))
      assert.deepEqual(
        routes.map(({ metric }) => metric),
        [513],
      )
      await perform(netns, { do: 'delete address', address }, { do: 'delete address', address: address6 })
      assert.deepEqual(await inet(netns), [])
    },
  },
  {
    name: 'an address may bring no route; one that was added by hand stays when it goes',
    run: async (world) => {
      const netns = await openNew(world)
      const address = { ...one, noPrefixRoute: true } as const
      const address6 = { dev, address: 'fd00::a/64', noPrefixRoute: true } as const
      const other = { dev, address: '10.9.0.1/24' }
      await perform(netns, addIfb(dev, { up: true }), { do: 'add address', address })
      await perform(netns, { do: 'add address', address: address6 }, { do: 'add address', address: other })
      assert.deepEqual(await inetAddresses(netns), [address, other])
      assert.ok((await withoutLinkLocal(netns)).some((each) => each.address === address6.address && each.noPrefixRoute))
      const toSubnet = () => value(netns.routes({ family: 'inet', destination: connected.destination }))
      assert.deepEqual(await toSubnet(), [])
      assert.deepEqual(await value(netns.routes({ family: 'inet6', destination: 'fd00::/64' })), [])
      const { source: _, ...byHand } = connected
      await perform(netns, { do: 'add route', route: byHand }, { do: 'delete address', address })
      assert.deepEqual(await toSubnet(), [byHand])
    },
  },
  {
    name: 'an address may have a peer, which it brings a route to; without it, or with another, it is another address',
    run: async (world) => {
      const netns = await openNew(world)
      const address = { dev, address: '10.8.0.1/32', peer: '10.8.0.2' }
      const other = { ...address, peer: '10.8.0.3' }
      const route = { ...connected, destination: '10.8.0.2/32', source: '10.8.0.1' }
      await perform(netns, addIfb(dev, { up: true }), { do: 'add address', address })
      assert.deepEqual(await inetAddresses(netns), [address])
      assert.deepEqual(await inet(netns), [route])
      await refused(netns, { do: 'add address', address }, 'EEXIST')
      await refused(netns, { do: 'delete address', address: { dev, address: address.address } }, 'EADDRNOTAVAIL')
      await refused(netns, { do: 'add address', address: { ...address, peer: '10.9' } }, 'EINVAL')
      await refused(netns, { do: 'add address', address: { ...address, peer: 'fd00::1' } }, 'EINVAL')
      await perform(netns, { do: 'add address', address: other }, { do: 'delete address', address: other })
      assert.deepEqual(await inet(netns), [route])
      await perform(netns, { do: 'delete address', address })
      assert.deepEqual(await inetAddresses(netns), [])
      assert.deepEqual(await inet(netns), [])
    },
  },
  {
    name: 'an IPv6 address may have a peer',
    run: async (world) => {
      const netns = await openNew(world)
      const address = { dev, address: 'fd08::1/128', peer: 'fd08::2' }
      await perform(netns, addIfb(dev, { up: true }), { do: 'add address', address })
      assert.deepEqual(await withoutLinkLocal(netns), [address])
      // The route to it the kernel adds in its own time.
      await perform(netns, { do: 'delete address', address })
      assert.deepEqual(await withoutLinkLocal(netns), [])
    },
  },
  {
    name: 'an address keeps its lifetimes, its label, its scope and its flags',
    run: async (world) => {
      const netns = await openNew(world)
      const addresses: readonly Address[] = [
        { ...one, validSeconds: 3600, preferredSeconds: 1800, label: `${dev}:dhcp`, noPrefixRoute: true },
        { dev, address: '10.0.1.1/24', preferredSeconds: 0, scope: 'link' },
        { dev, address: '10.0.2.1/24', scope: 'host', label: dev },
        { dev, address: 'fd00::a/64', validSeconds: 7200, preferredSeconds: 3600, flags: ['home', 'mngtmpaddr'] },
        { dev, address: 'fd00::b/64', preferredSeconds: 0, flags: ['home'] },
      ]
      await perform(netns, addIfb(dev, { up: true }))
      for (const address of addresses) await perform(netns, { do: 'add address', address })
      const unlabelled = addresses.map(({ label, ...address }) =>
        label === dev || !label ? address : { ...address, label },
      )
      assert.deepEqual(
        (await withoutLinkLocal(netns)).map(withoutElapsed).toSorted(byAddress),
        unlabelled.map((address) => ({ ...address })).toSorted(byAddress),
      )
      for (const address of addresses) await perform(netns, { do: 'delete address', address })
      assert.deepEqual(await withoutLinkLocal(netns), [])
    },
  },
  {
    name: 'a lifetime that is over, or ends before an address is deprecated, is refused: EINVAL',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb(dev))
      for (const address of [one.address, 'fd00::a/64']) {
        const lived: Address = { dev, address, validSeconds: 0, preferredSeconds: 0 }
        await refused(netns, { do: 'add address', address: lived }, 'EINVAL')
        const longer: Address = { dev, address, validSeconds: 10, preferredSeconds: 20 }
        await refused(netns, { do: 'add address', address: longer }, 'EINVAL')
        await refused(netns, { do: 'add address', address: { dev, address, validSeconds: 10 } }, 'EINVAL')
      }
    },
  },
  {
    name: 'what the port cannot give to an address is refused: EOPNOTSUPP',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb(dev))
      await refused(netns, { do: 'add address', address: { ...one, unknown: ['temporary'] } }, 'EOPNOTSUPP')
    },
  },
]

/** Lifetimes, of whole minutes here, as they were a moment ago. */
function withoutElapsed({ validSeconds, preferredSeconds, ...address }: Address): Address {
  const wholeMinutes = (seconds: number) => Math.ceil(seconds / 60) * 60
  return {
    ...address,
    ...(validSeconds === undefined ? {} : { validSeconds: wholeMinutes(validSeconds) }),
    ...(preferredSeconds === undefined ? {} : { preferredSeconds: wholeMinutes(preferredSeconds) }),
  }
}

function byAddress(first: Address, second: Address): number {
  return first.address.localeCompare(second.address)
}
