import { boolean, describeProblem, key, readDocument } from '@vpc-bridge/config'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/network-config.ts'

const written = {
  name: 'vpc',
  eniName: 'eth10',
  eniMACAddress: '02:00:00:00:00:10',
  eniIPAddresses: ['192.168.1.42/24'],
  vpcCIDRs: ['192.168.0.0/16'],
  bridgeType: 'L3',
  bridgeNetNSPath: '/run/netns/away',
  ipAddresses: ['192.168.1.43/24'],
  gatewayIPAddress: '192.168.1.1',
  interfaceType: 'tap',
  tapUserID: '1000',
  serviceCIDR: '10.100.0.0/16',
  mtu: 1500,
  dns: { nameservers: ['169.254.169.253'], domain: 'ec2.internal', search: ['a'], options: ['ndots:2'] },
  runtimeConfig: { ips: ['192.168.1.50/24'], mac: '02:00:00:00:00:50' },
}

function parse(document: object) {
  const warnings: string[] = []
  const parsed = parseConfig(document, 'ADD', { warn: (text) => warnings.push(text) })
  return { parsed, warnings }
}

function inUpperCase(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toUpperCase(), inUpperCase(inner)]))
}

describe('a key in another case', () => {
  test('is taken, whichever it is, with a warning for each', () => {
    const { parsed, warnings } = parse(Object(inUpperCase(written)))
    expect(parsed).toEqual(parseConfig(written))
    const inner = Object.entries(written).flatMap(([key, value]) =>
      typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).map((each) => `${key}.${each}`) : [],
    )
    for (const path of [...Object.keys(written), ...inner]) {
      expect(warnings.filter((text) => text.includes(` is taken for ${path}:`))).toHaveLength(1)
    }
    expect(warnings).toHaveLength(Object.keys(written).length + inner.length)
    expect(parse(written).warnings).toEqual([])
  })

  test('is taken of ipam and args, too', () => {
    const { parsed, warnings } = parse({ ...written, Ipam: { Type: 'host-local' } })
    expect(parsed._unsafeUnwrap()).toMatchObject({ ipam: { type: 'host-local' } })
    expect(warnings).toEqual([
      'Ipam is taken for ipam: the case of its letters is wrong',
      'ipam.Type is taken for ipam.type: the case of its letters is wrong',
    ])
    const { runtimeConfig: _, ...others } = written
    const asked = parse({ ...others, Args: { CNI: { IPs: ['192.168.1.51/24'], Mac: '02:00:00:00:00:51' } } }).parsed
    expect(asked._unsafeUnwrap()).toMatchObject({ addresses: ['192.168.1.51/24'], mac: '02:00:00:00:00:51' })
  })

  test('gives way to the key itself', () => {
    const { parsed, warnings } = parse({ MTU: 1400, ...written, Mtu: 1300 })
    expect(parsed._unsafeUnwrap().mtu).toBe(1500)
    expect(warnings).toEqual([])
  })

  test('counts only once, the last time that it is there', () => {
    const { mtu: _, ...others } = written
    const { parsed, warnings } = parse({ MTU: 1400, ...others, Mtu: 1300 })
    expect(parsed._unsafeUnwrap().mtu).toBe(1300)
    expect(warnings).toEqual(['Mtu is taken for mtu: the case of its letters is wrong'])
  })

  test('is judged as the key itself', () => {
    const { mtu: _, ...others } = written
    const problems = parse({ ...others, Mtu: 'x' }).parsed._unsafeUnwrapErr()
    expect(problems.map(describeProblem)).toEqual([expect.stringMatching(/^mtu: found "x"/)])
  })

  test('is taken in the configuration of any plugin', () => {
    const warnings: string[] = []
    const read = readDocument({ ipmasq: true }, key('ipMasq', boolean, 'masquerades'), 'ADD', {
      warn: (text) => warnings.push(text),
    })
    expect(read._unsafeUnwrap()).toBe(true)
    expect(warnings).toEqual(['ipmasq is taken for ipMasq: the case of its letters is wrong'])
  })
})
