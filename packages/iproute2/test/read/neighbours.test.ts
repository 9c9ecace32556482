import { describe, expect, it } from 'vitest'
import { readNeighbours } from '../../src/read/neighbours.ts'

describe('readNeighbours', () => {
  // Recorded from `ip -json neighbour show nud permanent`, without and with `dev w0` (iproute2 6.1).
  it('reads the entries of all links', () => {
    const output = `[{"dst":"10.5.0.1","dev":"w0","lladdr":"02:00:00:00:00:0a","state":["PERMANENT"]},
      {"dst":"fe80::9","dev":"w1","lladdr":"02:00:00:00:00:0b","state":["PERMANENT"]}]`
    expect(readNeighbours(output)._unsafeUnwrap()).toEqual([
      { dev: 'w0', address: '10.5.0.1', mac: '02:00:00:00:00:0a' },
      { dev: 'w1', address: 'fe80::9', mac: '02:00:00:00:00:0b' },
    ])
  })

  it('knows the link of output that is of one link', () => {
    const output = '[{"dst":"10.5.0.1","lladdr":"02:00:00:00:00:0a","state":["PERMANENT"]}]'
    expect(readNeighbours(output, 'w0')._unsafeUnwrap()).toEqual([
      { dev: 'w0', address: '10.5.0.1', mac: '02:00:00:00:00:0a' },
    ])
  })

  it('leaves out entries without an Ethernet address', () => {
    expect(readNeighbours('[{"dst":"10.5.0.1","dev":"tun0","state":["PERMANENT"]}]')._unsafeUnwrap()).toEqual([])
  })

  it('refuses an entry without a link', () => {
    expect(readNeighbours('[{"dst":"10.5.0.1","state":["PERMANENT"]}]')._unsafeUnwrapErr()).toContain('[0].dev')
  })
})
