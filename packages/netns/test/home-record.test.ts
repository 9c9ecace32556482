import { expect, test } from 'vitest'
import { type HomeRecord, parseHomeRecord, piecesOf, writeHomeRecord } from '../src/home-record.ts'

const way = { gateway: '192.168.1.1', onlink: false, scope: 'global', protocol: 'boot', metric: 0 } as const
const record: HomeRecord = {
  home: '4026531840',
  arrived: true,
  up: true,
  alias: '',
  addresses: [{ address: '192.168.1.42/24', broadcast: '192.168.1.255' }],
  routes: [
    { ...way, destination: '0.0.0.0/0' },
    { ...way, destination: '0.0.0.0/0', table: 10001 },
  ],
  neighbours: [{ address: '192.168.1.1', mac: '02:00:00:00:00:01' }],
  settings: ['0', '0', '1'],
}

/** With all that addresses and routes can have. */
const full: HomeRecord = {
  ...record,
  since: 1_790_000_000,
  mtu: 9001,
  addresses: [
    {
      address: '192.168.1.42/24',
      peer: '192.168.1.9',
      metric: 7,
      noPrefixRoute: true,
      scope: 'site',
      label: 'eth10:1|&;',
      validSeconds: 3600,
      preferredSeconds: 0,
    },
    { address: 'fd00::2/64', validSeconds: 7200, preferredSeconds: 60, flags: ['home', 'mngtmpaddr'], protocol: 2 },
  ],
  routes: [
    {
      ...way,
      destination: '0.0.0.0/0',
      type: 'local',
      protocol: 'static',
      scope: 'host',
      tos: 16,
      metrics: { mtu: 1500, lock: 4, congctl: 'b+r:' },
    },
    {
      ...way,
      destination: 'fd09::/64',
      gateway: 'fd00::1',
      from: 'fd08::/64',
      preference: 'low',
      expiresSeconds: 60,
      weight: 3,
      furtherHops: [
        { gateway: 'fd00::7', onlink: true },
        { onlink: false, weight: 256 },
      ],
    },
  ],
}

const read = (written: HomeRecord, name = 'eth10') => {
  const texts = writeHomeRecord(written, name)
  // The kernel lists names in an order of its own.
  return parseHomeRecord(texts && { ...texts, altNames: ['enp1s0', ...texts.altNames.toReversed()] })
}

test.each(['', 'uplink = 1, left'])('what is written is read again, with the earlier alias %j', (alias) => {
  expect(read({ ...record, alias })).toEqual({ ...record, alias })
  expect(read({ ...full, alias })).toEqual({ ...full, alias })
})

test('what an alias has no room for is in alternative names, which any tool takes', () => {
  const addresses = Array.from({ length: 200 }, (_, n) => ({ address: `10.0.${n}.2/24`, broadcast: `10.0.${n}.255` }))
  const large = { ...record, addresses, alias: 'ä/&;='.repeat(30) }
  for (const name of ['eth10', 'a=b.1=&;%äö']) {
    expect(read(large, name)).toEqual(large)
    const { alias = '', altNames = [] } = writeHomeRecord(large, name) ?? {}
    expect(alias).toMatch(/^home of=4026531840 arrived=1 up=1 more=\d+$/)
    expect(piecesOf({ altNames: ['enp1s0', ...altNames] })).toEqual(altNames)
    for (const altName of altNames) expect(altName).toMatch(/^[^\s/]{1,127}$/)
  }
  expect(
    writeHomeRecord({ ...large, addresses: Array.from({ length: 10 }, () => addresses).flat() }, 'eth10'),
  ).toBeUndefined()
})

test('a record of which pieces are missing is none', () => {
  const texts = writeHomeRecord({ ...record, alias: 'x'.repeat(250) }, 'eth10')
  if (texts === undefined) throw new Error('there is room for it')
  expect(texts.altNames.length).toBeGreaterThan(1)
  expect(parseHomeRecord(texts)).toBeDefined()
  expect(parseHomeRecord({ ...texts, altNames: texts.altNames.slice(1) })).toBeUndefined()
})

test('a record of an earlier version is read', () => {
  const alias =
    'home of=1 arrived=0 up=1 set=0,0,1,0,0 at=192.168.1.42/24|192.168.1.255 via=0.0.0.0/0|192.168.1.1||7|1 alias=a%20b'
  expect(parseHomeRecord({ alias, altNames: [] })).toEqual({
    home: '1',
    arrived: false,
    up: true,
    alias: 'a b',
    addresses: [{ address: '192.168.1.42/24', broadcast: '192.168.1.255' }],
    routes: [{ ...way, destination: '0.0.0.0/0', onlink: true, metric: 7 }],
    neighbours: [],
    settings: ['0', '0', '1', '0', '0'],
  })
})
