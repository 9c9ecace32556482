import { describe, expect, it } from 'vitest'
import { byHand, errnoOf, ip, perform, scratchNetns, world } from './scratch.ts'

const bridge = { kind: 'bridge', name: 'br0', mac: '02:00:00:00:00:01', mtu: 9001, up: true } as const

describe('adding links', () => {
  it('creates a bridge and a port of it as they are to be', async () => {
    const { name, netns } = await world()
    const port = { kind: 'ifb', name: 'ifb7', mac: '02:00:00:00:00:07', mtu: 9001, master: 'br0', up: true } as const
    await perform(netns, { do: 'add link', link: bridge }, { do: 'add link', link: port })
    const up = expect.arrayContaining(['UP'])
    expect(await ip(name, 'link', 'show')).toMatchObject([
      { ifname: 'lo' },
      { ifname: 'br0', address: '02:00:00:00:00:01', mtu: 9001, flags: up, linkinfo: { info_kind: 'bridge' } },
      { ifname: 'ifb7', address: '02:00:00:00:00:07', mtu: 9001, flags: up, master: 'br0' },
    ])
  })

  it('creates the far end of a pair in its namespace, under its name', async () => {
    const { name, netns } = await world()
    const far = await scratchNetns()
    const peer = { name: 'eth0', netns: far.path, mac: '02:00:00:00:00:09', mtu: 9001 }
    const pair = { kind: 'veth', name: 'v0', mtu: 9001, master: 'br0', up: true, peer } as const
    await perform(netns, { do: 'add link', link: bridge }, { do: 'add link', link: pair })
    expect(await ip(name, 'link', 'show', 'dev', 'v0')).toMatchObject([{ mtu: 9001, master: 'br0' }])
    expect(await ip(far.name, 'link', 'show', 'dev', 'eth0')).toMatchObject([
      { mtu: 9001, address: '02:00:00:00:00:09', linkinfo: { info_kind: 'veth' } },
    ])
  })

  it('takes the path of the far namespace as this process sees it', async () => {
    const { name, netns } = await world()
    const link = { kind: 'veth', name: 'v0', peer: { name: 'v1', netns: `/proc/self/root/run/netns/${name}` } } as const
    await perform(netns, { do: 'add link', link })
    expect(await ip(name, 'link', 'show', 'dev', 'v1')).toMatchObject([{ link: 'v0' }])
  })

  it('creates neither end when the far one cannot be', async () => {
    const { name, netns } = await world()
    const far = await scratchNetns()
    await byHand(far.name, 'link', 'add', 'name', 'eth0', 'type', 'bridge')
    const pairTo = (path: string) =>
      ({ do: 'add link', link: { kind: 'veth', name: 'v0', peer: { name: 'eth0', netns: path } } }) as const
    expect((await netns.change(pairTo(far.path)))._unsafeUnwrapErr()).toEqual({
      kind: 'kernel',
      operation: 'add link',
      object: 'veth v0',
      netns: netns.path,
      errno: 'EEXIST',
      message: 'File exists',
    })
    expect(await errnoOf(netns.change(pairTo('/run/netns/vpcb-none')))).toBe('ENOENT')
    expect(await errnoOf(netns.change(pairTo('/etc/passwd')))).toBe('EINVAL')
    expect(await ip(name, 'link', 'show')).toMatchObject([{ ifname: 'lo' }])
  })

  it('creates nothing when the link cannot become a port', async () => {
    const { name, netns } = await world()
    expect(await errnoOf(netns.change({ do: 'add link', link: { ...bridge, master: 'nope' } }))).toBe('ENODEV')
    expect(await errnoOf(netns.change({ do: 'add link', link: { ...bridge, master: 'lo' } }))).toBe('EOPNOTSUPP')
    expect(await ip(name, 'link', 'show')).toMatchObject([{ ifname: 'lo' }])
  })

  it.each(['up', 'type', '-x', '#', "it's", '$HOME'])('can call a link %s', async (strange) => {
    const { name, netns } = await world()
    await perform(netns, { do: 'add link', link: { ...bridge, name: strange } })
    expect(await ip(name, 'link', 'show', 'dev', strange)).toMatchObject([{ ifname: strange }])
    expect((await netns.link(strange))._unsafeUnwrap()).toMatchObject({ name: strange })
    await perform(netns, { do: 'delete link', name: strange })
    expect(await ip(name, 'link', 'show')).toMatchObject([{ ifname: 'lo' }])
  })
})

describe('setting properties', () => {
  it('sets several at once', async () => {
    const { name, netns } = await world()
    await perform(
      netns,
      { do: 'add link', link: bridge },
      { do: 'add link', link: { kind: 'veth', name: 'veth7', peer: { name: 'other' } } },
      {
        do: 'set link',
        name: 'veth7',
        set: { up: true, mac: '02:00:00:00:00:07', mtu: 1400, master: 'br0', alias: `it's "one"\n\x01` },
      },
    )
    const master = (await netns.link('br0'))._unsafeUnwrap()?.index
    // `ip` writes control characters into its JSON as they are.
    expect((await netns.link('veth7'))._unsafeUnwrap()).toMatchObject({ up: true, master, alias: `it's "one"\n\x01` })
    await perform(netns, { do: 'set link', name: 'veth7', set: { alias: '', master: null, up: false } })
    const [link] = [await ip(name, 'link', 'show', 'dev', 'veth7')].flat()
    expect(link).toMatchObject({ mtu: 1400, address: '02:00:00:00:00:07', flags: ['BROADCAST', 'MULTICAST', 'M-DOWN'] })
    expect(link).not.toHaveProperty('ifalias')
    expect(link).not.toHaveProperty('master')
  })

  it('sets nothing when one of them is refused, though the kernel sets those before it', async () => {
    const { name, netns } = await world()
    await perform(
      netns,
      { do: 'add link', link: bridge },
      { do: 'add link', link: { kind: 'ifb', name: 'ifb7', mac: '02:00:00:00:00:07', mtu: 1500, master: 'br0' } },
    )
    const before = await ip(name, 'link', 'show', 'dev', 'ifb7')
    const set = { mac: '02:00:00:00:00:08', mtu: 1400, alias: 'x', up: true, master: 'lo' }
    expect(await errnoOf(netns.change({ do: 'set link', name: 'ifb7', set }))).toBe('EOPNOTSUPP')
    expect(await ip(name, 'link', 'show', 'dev', 'ifb7')).toMatchObject([
      { ifname: 'ifb7', address: '02:00:00:00:00:07', mtu: 1500, master: 'br0', flags: ['BROADCAST', 'NOARP'] },
    ])
    expect(JSON.stringify(before)).not.toContain('ifalias')
    expect(JSON.stringify(await ip(name, 'link', 'show', 'dev', 'ifb7'))).not.toContain('ifalias')
  })

  it('keeps the bridge of a link that cannot join another', async () => {
    const { name, netns } = await world()
    await perform(
      netns,
      { do: 'add link', link: bridge },
      { do: 'add link', link: { kind: 'ifb', name: 'ifb7', master: 'br0' } },
    )
    expect(await errnoOf(netns.change({ do: 'set link', name: 'ifb7', set: { master: 'lo' } }))).toBe('EOPNOTSUPP')
    expect(await ip(name, 'link', 'show', 'dev', 'ifb7')).toMatchObject([{ master: 'br0' }])
  })

  it('adds and deletes alternative names', async () => {
    const { name, netns } = await world()
    const altName = 'a-name-that-is-longer-than-fifteen-bytes'
    await perform(netns, { do: 'add link', link: bridge }, { do: 'add altname', name: 'br0', altName })
    expect(await ip(name, 'link', 'show', 'dev', 'br0')).toMatchObject([{ altnames: [altName] }])
    expect((await netns.link(altName))._unsafeUnwrap()).toMatchObject({ name: 'br0', altNames: [altName] })
    await perform(netns, { do: 'delete altname', name: 'br0', altName })
    expect((await netns.link(altName))._unsafeUnwrap()).toBeUndefined()
    expect(await errnoOf(netns.change({ do: 'delete altname', name: 'br0', altName }))).toBe('ENOENT')
  })
})

describe('looking links up', () => {
  it('tells the indexes of master and peer, wherever the peer is', async () => {
    const { name, netns } = await world()
    const far = await scratchNetns()
    await byHand(
      far.name,
      'link',
      'add',
      'name',
      'e0',
      'index',
      '77',
      'type',
      'veth',
      'peer',
      'name',
      'v0',
      'netns',
      name,
    )
    await byHand(name, 'link', 'add', 'name', 'br0', 'index', '20', 'type', 'bridge')
    await byHand(name, 'link', 'add', 'name', 'w1', 'index', '78', 'type', 'veth', 'peer', 'name', 'w0')
    await byHand(name, 'link', 'set', 'dev', 'v0', 'master', 'br0')
    await byHand(name, 'link', 'set', 'dev', 'w0', 'master', 'br0')
    expect((await netns.link('v0'))._unsafeUnwrap()).toMatchObject({ kind: 'veth', master: 20, peer: 77 })
    expect((await netns.link('w0'))._unsafeUnwrap()).toMatchObject({ kind: 'veth', master: 20, peer: 78 })
    const ports = (await netns.links({ master: 'br0' }))._unsafeUnwrap()
    expect(ports.toSorted((a, b) => a.name.localeCompare(b.name))).toMatchObject([
      { name: 'v0', master: 20, peer: 77 },
      { name: 'w0', master: 20, peer: 78 },
    ])
    expect((await netns.links({ master: 'br0', limit: 1 }))._unsafeUnwrap()).toHaveLength(1)
    expect((await netns.links())._unsafeUnwrap()).toContainEqual(expect.objectContaining({ name: 'w0', peer: 78 }))
  })

  it.each(['nope', '', 'a/b', '-h', 'x'.repeat(300), 'a b'])('finds no link %j', async (missing) => {
    const { netns } = await world()
    expect((await netns.link(missing))._unsafeUnwrap()).toBeUndefined()
  })

  it('reports a missing bridge', async () => {
    const { netns } = await world()
    expect((await netns.links({ master: 'nope' }))._unsafeUnwrapErr()).toMatchObject({
      operation: 'look up',
      object: 'links',
      errno: 'ENODEV',
    })
  })
})
