import { expect, test } from 'vitest'
import { parseHomeRecord, writeHomeRecord } from '../src/home-record.ts'

const way = { gateway: '192.168.1.1', onlink: false, scope: 'global', protocol: 'boot', metric: 0 } as const
const record = {
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

test('what is written is read again', () => {
  expect(parseHomeRecord(writeHomeRecord(record))).toEqual(record)
})

test('a record of an earlier version is read', () => {
  const text =
    'home arrived=1 up=1 settings=0,0,1 addresses=192.168.1.42/24|192.168.1.255 routes=0.0.0.0/0|192.168.1.1 alias='
  const { home: _, ...older } = record
  expect(parseHomeRecord(text)).toEqual({ ...older, routes: record.routes.slice(0, 1), neighbours: [] })
})
