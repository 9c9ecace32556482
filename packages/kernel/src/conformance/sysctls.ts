import assert from 'node:assert/strict'
import { addIfb, type ConformanceCase, errnoOf, openNew, perform, refused, value } from './case.ts'

const path = 'net/ipv4/conf/x/forwarding'

/** Kernel settings. */
export const sysctlCases: readonly ConformanceCase[] = [
  {
    name: 'the settings of a link come and go with it',
    run: async (world) => {
      const netns = await openNew(world)
      assert.equal(await errnoOf(netns.sysctl(path)), 'ENOENT')
      await perform(netns, addIfb('x'))
      assert.equal(await value(netns.sysctl(path)), '0')
      assert.equal(await value(netns.sysctl('net/ipv4/neigh/x/proxy_delay')), '80')
      assert.equal(await value(netns.sysctl('net/ipv4/conf/x/proxy_arp')), '0')
      await perform(netns, { do: 'delete link', name: 'x' })
      assert.equal(await errnoOf(netns.sysctl(path)), 'ENOENT')
    },
  },
  {
    name: 'a setting is written in its own namespace only',
    run: async (world) => {
      const [one, other] = [await openNew(world), await openNew(world)]
      await perform(one, addIfb('x'))
      await perform(other, addIfb('x'))
      await perform(one, { do: 'write sysctl', path, value: '1' })
      assert.equal(await value(one.sysctl(path)), '1')
      assert.equal(await value(other.sysctl(path)), '0')
      await perform(one, { do: 'write sysctl', path, value: '0' })
      assert.equal(await value(one.sysctl(path)), '0')
    },
  },
  {
    name: 'what is not there, or makes no sense, cannot be written',
    run: async (world) => {
      const netns = await openNew(world)
      await refused(netns, { do: 'write sysctl', path, value: '1' }, 'ENOENT')
      await perform(netns, addIfb('x'))
      await refused(netns, { do: 'write sysctl', path, value: 'yes' }, 'EINVAL')
      assert.equal(await value(netns.sysctl(path)), '0')
    },
  },
  {
    name: 'the setting of all links is that of each',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x'), { do: 'write sysctl', path: 'net/ipv4/conf/all/forwarding', value: '1' })
      assert.equal(await value(netns.sysctl(path)), '1')
      await perform(netns, addIfb('y'))
      assert.equal(await value(netns.sysctl('net/ipv4/conf/y/forwarding')), '1')
    },
  },
  {
    name: 'a new link begins with the settings of default',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, { do: 'write sysctl', path: 'net/ipv4/conf/default/proxy_arp', value: '1' }, addIfb('x'))
      assert.equal(await value(netns.sysctl('net/ipv4/conf/x/proxy_arp')), '1')
      assert.equal(await value(netns.sysctl('net/ipv4/conf/x/forwarding')), '0')
    },
  },
  {
    name: 'IPv6 has its settings for each link, and its forwarding for all',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x'))
      for (const [name, initial] of Object.entries({ forwarding: '0', accept_ra: '1', disable_ipv6: '0' })) {
        assert.equal(await value(netns.sysctl(`net/ipv6/conf/x/${name}`)), initial, name)
      }
      await perform(netns, { do: 'write sysctl', path: 'net/ipv6/conf/x/accept_ra', value: '2' })
      assert.equal(await value(netns.sysctl('net/ipv6/conf/x/accept_ra')), '2')
      await perform(netns, { do: 'write sysctl', path: 'net/ipv6/conf/all/forwarding', value: '1' })
      assert.equal(await value(netns.sysctl('net/ipv6/conf/x/forwarding')), '1')
    },
  },
  {
    name: 'a setting is read without white space around it, and is no larger than 32 bits',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x'), { do: 'write sysctl', path, value: ' 1 ' })
      assert.equal(await value(netns.sysctl(path)), '1')
      await refused(netns, { do: 'write sysctl', path, value: '99999999999' }, 'EINVAL')
      await refused(netns, { do: 'write sysctl', path: 'net/ipv4/nope', value: '1' }, 'ENOENT')
      assert.equal(await errnoOf(netns.sysctl('net/ipv4/../ipv4/conf/x/forwarding')), 'ENOENT')
    },
  },
]
