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

test.each(['', 'uplink = 1, left'])('what is written is read again, with the earlier alias %j', (alias) => {
  expect(parseHomeRecord(writeHomeRecord({ ...record, alias }))).toEqual({ ...record, alias })
})
