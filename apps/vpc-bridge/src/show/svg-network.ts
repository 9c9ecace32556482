import type { Network } from './model.ts'
import { alarm, box, cable, ink, plug, text } from './svg-elements.ts'
import { columns, inset, type Line, lineHeight, palettes } from './svg-layout.ts'

const dummyHeight = 62
const gapAboveDummy = 28
/** Of the ENI's kind and name. */
const headHeight = 58
/** Of the bridge's kind and name. */
const bridgeHead = 40

/** How high what a network's endpoints share has to be at least. */
export function sharedHeight(network: Network): number {
  return Math.max(leftHeight(network), bridgeHead + bridgeLines(network).length * lineHeight + 2 * inset)
}

function leftHeight(network: Network): number {
  return eniHeight(network) + (network.bridgeType === 'L2' ? 0 : gapAboveDummy + dummyHeight)
}

/** Draws what a network's endpoints share: the ENI, the dummy, and the bridge over the whole height. */
export function sharedPart(network: Network, top: number, height: number): readonly string[] {
  const middle = top + height / 2
  const { bridge } = network
  const area = { ...columns.bridge, y: top, height }
  const isWell =
    bridge.up && !isDrifted(network, bridge.name) && !settingLines(network, bridge.name).some(({ isWrong }) => isWrong)
  return [
    ...leftColumn(network, middle - leftHeight(network) / 2),
    box(area, isWell ? palettes.bridge : palettes.broken, { thick: true }),
    ...bridgeText(network, middle),
    ...(isWell ? [] : [alarm(area.x + area.width, top)]),
  ]
}

/** Whether anything is wrong with one of the interfaces that the endpoints share. */
function isDrifted({ drift }: Network, name: string | undefined): boolean {
  return drift.some(({ link }) => link === name && link !== undefined)
}

function bridgeLines(network: Network): readonly Line[] {
  const { bridge, bridgeType, macTranslation } = network
  return [
    ...(bridge.mac === undefined ? [] : [{ left: bridge.mac, mono: true }]),
    { left: `MTU ${bridge.mtu}` },
    ...(bridgeType === 'L2' ? bridge.addresses.map((left) => ({ left, mono: true })) : []),
    { left: `${bridge.ports} of ${bridge.mostPorts} ports` },
    ...(macTranslation === undefined ? [] : [{ left: 'MAC translation' }]),
    ...settingLines(network, bridge.name),
  ]
}

function bridgeText(network: Network, middle: number): readonly string[] {
  const { bridge } = network
  const lines = bridgeLines(network)
  const centre = columns.bridge.x + columns.bridge.width / 2
  const width = columns.bridge.width - inset
  const start = middle - (lines.length * lineHeight) / 2 - 14
  return [
    text(centre, start, bridge.up ? 'bridge' : 'bridge, down', { colour: ink.soft, anchor: 'middle' }),
    text(centre, start + 24, bridge.name, { size: 18, bold: true, mono: true, anchor: 'middle', width }),
    ...lines.map(({ left, mono = false, isWrong = false }, n) =>
      text(centre, start + 47 + n * lineHeight, left, {
        mono,
        colour: isWrong ? ink.alarm : ink.soft,
        anchor: 'middle',
        width,
      }),
    ),
  ]
}

/** The settings of an interface that are on, and those that are not as they should be. */
function settingLines({ settings }: Network, dev: string): readonly Line[] {
  return settings
    .filter((setting) => setting.dev === dev && (setting.value !== '0' || setting.wanted !== '0'))
    .map(({ what, value, wanted }) =>
      value === wanted ? { left: what } : { left: `${what} is ${value}`, isWrong: true },
    )
}

function eniLines(network: Network): readonly Line[] {
  const { eni } = network
  if (!eni.isThere) return [{ left: 'gone', isWrong: true }]
  return [
    ...[...(eni.mac === undefined ? [] : [eni.mac]), ...eni.addresses].map((left) => ({ left, mono: true })),
    { left: `MTU ${eni.mtu}` },
    ...settingLines(network, eni.name),
  ]
}

function eniHeight(network: Network): number {
  return headHeight + eniLines(network).length * lineHeight + 8
}

/** The ENI with its way to the VPC and to the bridge, and, where packets are routed, the dummy below it. */
function leftColumn(network: Network, y: number): readonly string[] {
  const { eni } = network
  const { x, width } = columns.eni
  const { vpc, bridge } = columns
  const height = eniHeight(network)
  const middle = y + height / 2
  const lines = eniLines(network)
  const isWell = eni.isThere && eni.up && !isDrifted(network, eni.name) && !lines.some(({ isWrong }) => isWrong)
  const isRouted = network.bridgeType === 'L3'
  const inner = width - 2 * inset
  return [
    cable(vpc.x + vpc.width, x, middle),
    box({ ...vpc, y: middle - 22, height: 44 }, { fill: '#ffffff', stroke: '#94a3b8' }, { radius: 22 }),
    text(vpc.x + vpc.width / 2, middle + 5, 'VPC', { size: 14, bold: true, colour: ink.soft, anchor: 'middle' }),
    cable(x + width, bridge.x, middle, {
      dashed: isRouted,
      colour: isWell ? palettes.eni.stroke : palettes.broken.stroke,
    }),
    text((x + width + bridge.x) / 2, middle - 9, isRouted ? 'routed' : 'port', {
      size: 12,
      colour: ink.soft,
      anchor: 'middle',
    }),
    box({ x, y, width, height }, isWell ? palettes.eni : palettes.broken, { thick: true }),
    text(x + inset, y + 25, eni.isThere && !eni.up ? 'ENI, down' : 'ENI', { colour: ink.soft }),
    text(x + inset, y + 47, eni.name, { size: 18, bold: true, mono: true, width: inner }),
    ...lines.map(({ left, mono = false, isWrong = false }, n) =>
      text(x + inset, y + headHeight + 12 + n * lineHeight, left, {
        mono,
        colour: isWrong ? ink.alarm : ink.soft,
        width: inner,
      }),
    ),
    ...(isWell ? [] : [alarm(x + width, y)]),
    ...(isRouted ? dummyPart(network, y + height + gapAboveDummy) : []),
  ]
}

/** The dummy, and its way to the bridge. */
function dummyPart(network: Network, y: number): readonly string[] {
  const { dummy } = network
  const { x, width } = columns.eni
  const { bridge } = columns
  const middle = y + dummyHeight / 2
  const inner = width - 2 * inset
  const isPort = dummy?.isPort === true
  const isWell = isPort && dummy.up && !isDrifted(network, dummy.name)
  const says = dummy === undefined || dummy.up ? `${dummy?.kind ?? 'dummy'}: carrier and MTU` : `${dummy.kind}, down`
  return [
    cable(x + width, bridge.x, middle, { dashed: !isPort, ...(isWell ? {} : { colour: palettes.broken.stroke }) }),
    ...(isPort ? [plug(bridge.x, middle, palettes.bridge.stroke)] : []),
    box({ x, y, width, height: dummyHeight }, isWell ? palettes.dummy : palettes.broken, { dashed: true }),
    text(x + inset, y + 25, says, { colour: ink.soft, width: inner }),
    text(x + inset, y + 46, dummy?.name ?? 'missing', { size: 14, mono: true, width: inner }),
    ...(isWell ? [] : [alarm(x + width, y)]),
  ]
}
