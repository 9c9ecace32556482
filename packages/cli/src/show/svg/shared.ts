import { isWell, type Part, type Shared } from '../drawing.ts'
import type { Network } from '../model.ts'
import { alarm, box, cable, ink, plug, text } from './elements.ts'
import { columns, inset, type Line, lineHeight, palettes } from './layout.ts'

const helperHeight = 62
const gapAboveHelper = 28
/** Of the uplink's kind and name. */
const uplinkHead = 58
/** Of the hub's kind and name. */
const hubHead = 40

/** How high what a network's endpoints share has to be at least. */
export function sharedHeight(shared: Shared): number {
  const hub = shared.hub === undefined ? 0 : linesOf(shared.hub).length * lineHeight
  return Math.max(leftHeight(shared), hubHead + hub + 2 * inset)
}

function leftHeight({ uplink, helper }: Shared): number {
  if (uplink === undefined) return 0
  return uplinkHeight(uplink) + (helper === undefined ? 0 : gapAboveHelper + helperHeight)
}

function uplinkHeight(uplink: Part): number {
  return uplinkHead + linesOf(uplink).length * lineHeight + 8
}

/** Draws what a network's endpoints share: the uplink, its helper, and the hub over the whole height; the host's routing without one. */
export function sharedPart(shared: Shared, network: Network, top: number, height: number): readonly string[] {
  const middle = top + height / 2
  const { hub } = shared
  const area = { ...columns.hub, y: top, height }
  const isRight = hub === undefined || isWell(hub, network)
  return [
    ...leftColumn(shared, network, middle - leftHeight(shared) / 2),
    box(area, isRight ? palettes.hub : palettes.broken, { thick: true }),
    ...(hub === undefined
      ? [text(area.x + area.width / 2, middle + 5, 'routing', { colour: ink.soft, anchor: 'middle' })]
      : hubText(hub, middle)),
    ...(isRight ? [] : [alarm(area.x + area.width, top)]),
  ]
}

function hubText(hub: Part, middle: number): readonly string[] {
  const lines = linesOf(hub)
  const centre = columns.hub.x + columns.hub.width / 2
  const width = columns.hub.width - inset
  const start = middle - (lines.length * lineHeight) / 2 - 14
  return [
    text(centre, start, kindOf(hub), { colour: ink.soft, anchor: 'middle' }),
    text(centre, start + 24, hub.name, { size: 18, bold: true, mono: true, anchor: 'middle', width }),
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

function kindOf({ kind, link }: Part): string {
  return typeof link === 'string' || link.up ? kind : `${kind}, down`
}

function linesOf({ link, addresses = [], facts = [], settings = [], notes = [] }: Part): readonly Line[] {
  if (typeof link === 'string') return [{ left: link, isWrong: true }]
  return [
    ...[...(link.mac === undefined ? [] : [link.mac]), ...addresses].map((left) => ({ left, mono: true })),
    ...[`MTU ${link.mtu}`, ...facts, ...notes.flatMap(({ short }) => short ?? [])].map((left) => ({ left })),
    // Those that are on, and those that are not as they should be.
    ...settings
      .filter(({ value, wanted }) => value !== '0' || wanted !== '0')
      .map(({ what, value, wanted }) =>
        value === wanted ? { left: what } : { left: `${what} is ${value}`, isWrong: true },
      ),
  ]
}

/** The uplink with its way out and to the hub, and its helper below it. */
function leftColumn({ uplink, helper }: Shared, network: Network, y: number): readonly string[] {
  if (uplink === undefined) return []
  const { x, width } = columns.uplink
  const { outside, hub } = columns
  const height = uplinkHeight(uplink)
  const middle = y + height / 2
  const isRight = isWell(uplink, network)
  const inner = width - 2 * inset
  const palette = isRight ? palettes.uplink : palettes.broken
  return [
    cable(outside.x + outside.width, x, middle),
    box({ ...outside, y: middle - 22, height: 44 }, { fill: '#ffffff', stroke: '#94a3b8' }, { radius: 22 }),
    text(outside.x + outside.width / 2, middle + 5, uplink.leadsTo, {
      size: 14,
      bold: true,
      colour: ink.soft,
      anchor: 'middle',
    }),
    cable(x + width, hub.x, middle, { dashed: uplink.joined === 'routed', colour: palette.stroke }),
    text((x + width + hub.x) / 2, middle - 9, uplink.joined, { size: 12, colour: ink.soft, anchor: 'middle' }),
    box({ x, y, width, height }, palette, { thick: true }),
    text(x + inset, y + 25, kindOf(uplink), { colour: ink.soft }),
    text(x + inset, y + 47, uplink.name, { size: 18, bold: true, mono: true, width: inner }),
    ...linesOf(uplink).map(({ left, mono = false, isWrong = false }, n) =>
      text(x + inset, y + uplinkHead + 12 + n * lineHeight, left, {
        mono,
        colour: isWrong ? ink.alarm : ink.soft,
        width: inner,
      }),
    ),
    ...(isRight ? [] : [alarm(x + width, y)]),
    ...(helper === undefined ? [] : helperPart(helper, network, y + height + gapAboveHelper)),
  ]
}

/** The helper, and its way to the hub. */
function helperPart(helper: NonNullable<Shared['helper']>, network: Network, y: number): readonly string[] {
  const { x, width } = columns.uplink
  const { hub } = columns
  const middle = y + helperHeight / 2
  const inner = width - 2 * inset
  const { isPort, kind, name, link, purpose } = helper
  const isRight = isPort && isWell(helper, network)
  const says = typeof link === 'string' || link.up ? `${kind}: ${purpose}` : `${kind}, down`
  return [
    cable(x + width, hub.x, middle, { dashed: !isPort, ...(isRight ? {} : { colour: palettes.broken.stroke }) }),
    ...(isPort ? [plug(hub.x, middle, palettes.hub.stroke)] : []),
    box({ x, y, width, height: helperHeight }, isRight ? palettes.helper : palettes.broken, { dashed: true }),
    text(x + inset, y + 25, says, { colour: ink.soft, width: inner }),
    text(x + inset, y + 46, typeof link === 'string' ? link : name, { size: 14, mono: true, width: inner }),
    ...(isRight ? [] : [alarm(x + width, y)]),
  ]
}
