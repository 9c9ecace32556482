import { stripVTControlCharacters } from 'node:util'
import { observationLines, observationSvg as svgOf } from '@vpc-bridge/cli'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawing } from '../src/show/drawing.ts'
import type { Endpoint, Network, Observation } from '../src/show/model.ts'
import { readXml } from './support/read-xml.ts'

const observationSvg = (observation: Observation) => svgOf(observation, 'vpc-bridge', drawing)

const veth = { kind: 'veth', mtu: 9001, up: true }

function endpoint(number: number, changes: Partial<Endpoint> = {}): Endpoint {
  return {
    network: 'vpc',
    containerId: `container-${number}`,
    ifName: 'eth0',
    interfaceType: 'veth',
    addresses: [`192.168.1.${number}/24`],
    hostEnd: { ...veth, name: `veth${number}`, index: 10 + number, mac: '02:00:00:00:01:01' },
    isPort: true,
    hostRoutes: [{ destination: `192.168.1.${number}/32`, dev: 'vpcbr2' }],
    containerEnd: {
      ...veth,
      name: 'eth0',
      index: 2,
      mac: `02:00:00:00:02:${number}`,
      netns: { path: `/run/netns/space-${number}`, name: `space-${number}` },
      addresses: [`192.168.1.${number}/24`],
      defaultVia: ['192.168.1.1'],
    },
    drift: [],
    ...changes,
  }
}

function network(endpoints: readonly Endpoint[], changes: Partial<Network> = {}): Network {
  return {
    name: 'vpc',
    bridgeType: 'L3',
    eni: { isThere: true, name: 'eth10', index: 2, mac: '02:00:00:00:00:10', mtu: 9001, up: true, addresses: [] },
    bridge: {
      name: 'vpcbr2',
      index: 3,
      kind: 'bridge',
      mac: 'ba:00:00:00:00:03',
      mtu: 9001,
      up: true,
      ports: endpoints.length + 1,
      addresses: [],
      mostPorts: 1023,
    },
    dummy: {
      name: 'vpcbreth10dummy',
      index: 4,
      kind: 'ifb',
      mtu: 9001,
      up: true,
      altNames: ['vpcbr2dummy'],
      isPort: true,
    },
    settings: [
      { what: 'IPv4 forwarding', dev: 'eth10', path: 'net/ipv4/conf/eth10/forwarding', value: '1', wanted: '1' },
    ],
    endpoints,
    drift: [],
    ...changes,
  }
}

const three: Observation = { networks: [network([endpoint(51), endpoint(52), endpoint(53)])], strays: [] }

const drifted: Observation = {
  networks: [
    network([endpoint(51, { drift: [{ what: 'veth51 is down', repair: 'ip link set dev veth51 up' }] })], {
      drift: [{ what: 'the ENI eth10 is gone' }],
      eni: { isThere: false, name: 'eth10' },
    }),
  ],
  strays: [endpoint(99, { drift: [{ what: 'the bridge of its network vpc is gone' }] })],
}

const switched: Observation = {
  networks: [
    network([endpoint(51, { interfaceType: 'tap', hostRoutes: [] })], {
      bridgeType: 'L2',
      netns: { path: '/run/netns/away', name: 'away' },
      macTranslation: {
        dev: 'eth10',
        mac: '02:00:00:00:00:10',
        entries: [{ address: '192.168.1.51', mac: '02:00:00:00:02:51' }],
      },
    }),
  ],
  strays: [],
}

describe('the text', () => {
  const textOf = (observation: Observation) =>
    observationLines(observation, 'vpc-bridge', drawing).map(stripVTControlCharacters)

  test('tells of L2, TAP and another namespace', () => {
    const text = textOf({ ...switched, networks: switched.networks.map(({ dummy: _, ...rest }) => rest) }).join('\n')
    expect(text).toContain('network vpc: L2 on eth10 in away, 1 endpoint')
    expect(text).toContain('MAC addresses behind eth10 are translated to 02:00:00:00:00:10')
    expect(text).toContain('packets to 192.168.1.51 go to 02:00:00:00:02:51')
    expect(text).toContain('TAP interface eth0, for a machine with 192.168.1.51/24')
    expect(text).not.toContain('dummy')
    expect(text).not.toContain('missing')
  })

  test('is a tree of all that is there', () => {
    expect(textOf({ networks: [network([endpoint(51)])], strays: [] })).toEqual([
      'network vpc: L3 on eth10, 1 endpoint',
      '├─ ENI     eth10  up  02:00:00:00:00:10  MTU 9001',
      '│          IPv4 forwarding 1',
      '├─ bridge  vpcbr2  up  ba:00:00:00:00:03  MTU 9001  2 of 1023 ports',
      '├─ ifb     vpcbreth10dummy  up  MTU 9001',
      '│          also named vpcbr2dummy',
      '└─ veth    veth51  up  02:00:00:00:01:01  MTU 9001',
      '   │       container container-51',
      '   │       host route 192.168.1.51/32 by vpcbr2',
      '   └─ eth0 in space-51  up  02:00:00:00:02:51  MTU 9001',
      '         192.168.1.51/24',
      '         default route via 192.168.1.1',
      '',
      '✓ all is as vpc-bridge made it',
    ])
  })

  test('tells in which namespace an endpoint without a network is', () => {
    const site = { path: '/run/netns/away', name: 'away' }
    expect(textOf({ networks: [], strays: [endpoint(51, { site })] }).slice(1, 3)).toEqual([
      '└─ veth    veth51  up  02:00:00:00:01:01  MTU 9001',
      '   │       in away',
    ])
  })

  test('marks each drift where it is, with what puts it right, and counts them', () => {
    const lines = textOf(drifted)
    const at = (start: string) => lines.findIndex((line) => line.includes(start))
    expect(lines[1]).toBe('  ! the ENI eth10 is gone')
    expect(lines[at('eth0 in space-51') + 3]).toContain('! veth51 is down; put right by: ip link set dev veth51 up')
    expect(at('without a network')).toBeGreaterThan(at('veth51 is down'))
    expect(lines.at(-1)).toBe('✗ 3 differences from what vpc-bridge made')
  })
})

describe('the picture', () => {
  test.each([1, 3, 5, 6, 20])('of %i endpoints is XML, names each, and has all within its borders', (count) => {
    const endpoints = Array.from({ length: count }, (_, n) => endpoint(n + 50))
    const picture = readXml(observationSvg({ networks: [network(endpoints)], strays: [] }))
    const texts = picture.filter(({ name }) => name === 'text').map(({ text }) => text)
    for (const name of ['eth10', 'vpcbr2', 'vpcbreth10dummy', 'network vpc']) expect(texts).toContain(name)
    for (const n of endpoints.keys()) {
      expect(texts).toEqual(
        expect.arrayContaining([
          `veth${n + 50}`,
          `space-${n + 50}`,
          `192.168.1.${n + 50}/24`,
          `02:00:00:00:02:${n + 50}`,
        ]),
      )
    }
    const [, , width, height] = picture[0]?.attributes['viewBox']?.split(' ').map(Number) ?? []
    const bottoms = picture.map(({ attributes: { y, height: own = '0' } }) => Number(y ?? 0) + Number(own))
    expect(Math.max(...bottoms)).toBeLessThanOrEqual(height ?? 0)
    const rights = picture.map(({ attributes: { x, width: own = '0' } }) => Number(x ?? 0) + Number(own))
    expect(Math.max(...rights)).toBeLessThanOrEqual(width ?? 0)
  })

  test('has boxes that do not overlap', () => {
    const boxes = readXml(observationSvg(three))
      .filter(({ name, attributes }) => name === 'rect' && Number(attributes['width']) > 8)
      .map(({ attributes }) => ['x', 'y', 'width', 'height'].map((key) => Number(attributes[key] ?? 0)))
      // The background and the host contain the others.
      .slice(2)
    expect(boxes.length).toBe(3 * 2 + 4)
    for (const [n, [x = 0, y = 0, width = 0, height = 0]] of boxes.entries()) {
      for (const [otherX = 0, otherY = 0, otherWidth = 0, otherHeight = 0] of boxes.slice(n + 1)) {
        const isApart =
          x + width <= otherX || otherX + otherWidth <= x || y + height <= otherY || otherY + otherHeight <= y
        expect(isApart).toBe(true)
      }
    }
  })

  const place = (name: string) => ({ path: `/run/netns/${name}`, name })

  /** The boxes of those colours. */
  const boxesOf = (observation: Observation, stroke: string) =>
    readXml(observationSvg(observation))
      .filter(({ name, attributes }) => name === 'rect' && attributes['stroke'] === stroke)
      .map(({ attributes }) => ({
        y: Number(attributes['y']),
        bottom: Number(attributes['y']) + Number(attributes['height']),
      }))
  const [host, red, indigo] = ['#cbd5e1', '#dc2626', '#6366f1']

  test('has a box for each namespace that bridges are in, the host first', () => {
    const away = [
      network([endpoint(51)], { netns: place('away') }),
      network([endpoint(52)], { name: 'net' }),
      network([endpoint(53)], { name: 'far', netns: place('away') }),
    ]
    const strays = [endpoint(54, { site: place('other') })]
    const texts = readXml(observationSvg({ networks: away, strays })).map(({ text }) => text)
    const titles = texts.filter((text) => /^(host|away|other|network \w+|veth54, .*)$/.test(text))
    expect(titles).toEqual([
      'host',
      'network net',
      'away',
      'network vpc',
      'network far',
      'other',
      'veth54, of container container-54',
    ])
    expect(boxesOf({ networks: away, strays }, host)).toHaveLength(3)
    expect(boxesOf({ networks: away.slice(0, 1), strays: [] }, host)).toHaveLength(1)
  })

  test('has what drifts in red, and what is no port without its plug', () => {
    const well = network([endpoint(51)])
    expect(boxesOf({ networks: [well], strays: [] }, red)).toEqual([])
    const what = 'vpcbr2 has the MTU 1500, not 9001'
    const drift = [{ what, link: 'vpcbr2' }]
    expect(boxesOf({ networks: [{ ...well, drift }], strays: [] }, indigo)).toEqual([])
    const loose = { ...well, dummy: { name: 'd', index: 4, mtu: 9001, up: true, altNames: [], isPort: false } }
    const plugs = (each: Network) =>
      readXml(observationSvg({ networks: [each], strays: [] })).filter(({ attributes }) => attributes['width'] === '8')
    expect(plugs(loose)).toHaveLength(plugs(well).length - 1)
    expect(boxesOf({ networks: [loose], strays: [] }, red)).toHaveLength(1)
    const unplugged = endpoint(51, { isPort: false, drift: [{ what: 'veth51 is not a port', link: 'veth51' }] })
    // Of the host's end, the container, and the list.
    expect(boxesOf({ networks: [network([unplugged])], strays: [] }, red)).toHaveLength(3)
  })

  test("has a bridge's lines in its box", () => {
    const elements = readXml(observationSvg(switched))
    const [box] = boxesOf(switched, indigo)
    const y = (content: string) => Number(elements.find(({ text }) => text === content)?.attributes['y'])
    expect(y('bridge') - 10).toBeGreaterThan(box?.y ?? Infinity)
    expect(y('MAC translation')).toBeLessThan(box?.bottom ?? 0)
  })

  test('has all of an endpoint in a title, also if there are many', () => {
    const endpoints = Array.from({ length: 12 }, (_, n) => endpoint(n + 50))
    const elements = readXml(observationSvg({ networks: [network(endpoints)], strays: [] }))
    expect(elements.filter(({ name }) => name === 'title').map(({ text }) => text)).toContain(
      [
        'container container-50',
        'veth50, 192.168.1.50/24',
        'host route 192.168.1.50/32 by vpcbr2',
        'default route via 192.168.1.1',
      ].join('\n'),
    )
  })

  test('has "…" behind what is left of a container ID', () => {
    const end = endpoint(51, { containerId: 'c'.repeat(64), drift: [{ what: 'odd' }] })
    const { containerEnd: _, ...unreachable } = end
    const texts = readXml(observationSvg({ networks: [network([unreachable])], strays: [] })).map(({ text }) => text)
    expect(texts).toContain(`container ${'c'.repeat(12)}…: odd`)
  })

  test('lists what is wrong', () => {
    const texts = readXml(observationSvg(drifted)).map(({ text }) => text)
    expect(texts).toEqual(expect.arrayContaining(['the ENI eth10 is gone', 'space-51: veth51 is down', '!']))
    expect(texts).toContain('veth99, of container container-99')
    expect(readXml(observationSvg(three)).map(({ text }) => text)).not.toContain('!')
  })

  test('cuts what is too long for its box, and has it whole in a title', () => {
    const containerId = 'c'.repeat(64)
    const elements = readXml(observationSvg({ networks: [network([endpoint(51, { containerId })])], strays: [] }))
    expect(elements.filter(({ name }) => name === 'title').map(({ text }) => text)).toContain(containerId)
    expect(elements.some(({ name, text }) => name === 'text' && /^c+…$/.test(text))).toBe(true)
  })

  test('is XML whatever the names are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), (name) => {
        const end = endpoint(51)
        const strange = { ...end, containerId: name, hostEnd: { ...end.hostEnd, name } }
        readXml(observationSvg({ networks: [network([strange], { name })], strays: [] }))
      }),
    )
    const texts = readXml(observationSvg({ networks: [network([], { name: `<&>"'` })], strays: [] }))
    expect(texts.map(({ text }) => text)).toContain(`network <&>"'`)
  })
})
