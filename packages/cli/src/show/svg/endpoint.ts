import type { Endpoint } from '../model.ts'
import { alarm, box, cable, ink, plug, text, textWidth, titled } from './elements.ts'
import { columns, inset, type Line, lineHeight, palettes } from './layout.ts'

/** How an endpoint is drawn. */
export interface EndpointStyle {
  /** With the most important lines alone. */
  readonly isSmall: boolean
  /** The kind of interface behind which a machine has the addresses; absent: the container has them. */
  readonly machine?: string
}

/** How high an endpoint is drawn. */
export function endpointHeight(endpoint: Endpoint, style: EndpointStyle): number {
  return linesOf(endpoint, style).length * lineHeight + 2 * (style.isSmall ? 9 : inset) - 5
}

/** Draws an endpoint: the cable from the hub through the host's end to the container. */
export function endpointPart(endpoint: Endpoint, y: number, style: EndpointStyle): readonly string[] {
  const { isSmall } = style
  const height = endpointHeight(endpoint, style)
  const { hostEnd, isPort, hostRoutes, containerEnd, drift } = endpoint
  const { hub, hostEnd: near, container } = columns
  const middle = y + height / 2
  const isWell = drift.length === 0
  const cableColour = isWell ? {} : { colour: palettes.broken.stroke }
  const nearHeight = isSmall ? 28 : 34
  const inner = container.width - 2 * inset
  const isHostEndWell = hostEnd.up && isPort !== false && !drift.some(({ link }) => link === hostEnd.name)
  return titled(titleLines(endpoint), [
    cable(hub.x + hub.width, near.x, middle, { ...cableColour, dashed: isPort !== true }),
    cable(near.x, container.x, middle, cableColour),
    ...(isPort ? [plug(hub.x + hub.width, middle, palettes.hub.stroke)] : []),
    box(
      { ...near, y: middle - nearHeight / 2, height: nearHeight },
      isHostEndWell ? palettes.hostEnd : palettes.broken,
      {
        radius: 8,
      },
    ),
    text(near.x + near.width / 2, middle + 5, hostEnd.name, { mono: true, anchor: 'middle', width: near.width - 12 }),
    ...(isSmall
      ? []
      : hostRoutes.map(({ destination }, n) =>
          text(near.x + near.width / 2, middle + 34 + n * 16, `route ${destination}`, {
            size: 11,
            colour: ink.soft,
            anchor: 'middle',
            width: 200,
          }),
        )),
    box({ ...container, y, height }, isWell ? palettes.container : palettes.broken, {
      thick: true,
      dashed: containerEnd === undefined,
    }),
    plug(container.x, middle, isWell ? palettes.container.stroke : palettes.broken.stroke),
    ...linesOf(endpoint, style).flatMap((line, n) =>
      containerLine(line, {
        x: container.x + inset,
        y: y + (isSmall ? 22 : 30) + n * lineHeight,
        width: inner,
        isSmall,
      }),
    ),
    ...(isWell ? [] : [alarm(container.x + container.width, y)]),
  ])
}

/** All of an endpoint: boxes have no room for it if there are many. */
function titleLines({ containerId, addresses, hostEnd, hostRoutes, containerEnd, drift }: Endpoint): readonly string[] {
  return [
    `container ${containerId}`,
    `${hostEnd.name}, ${addresses.join(', ')}`,
    ...hostRoutes.map(({ destination, dev }) => `host route ${destination} by ${dev}`),
    ...(containerEnd?.defaultVia ?? []).map((via) => `default route via ${via}`),
    ...drift.map(({ what }) => `! ${what}`),
  ]
}

const rightFont = { mono: true, size: 12 } as const

function containerLine(
  { left, right, mono = false, isTitle = false }: Line,
  {
    x,
    y,
    width,
    isSmall,
  }: { readonly x: number; readonly y: number; readonly width: number; readonly isSmall: boolean },
): readonly string[] {
  // What stands on the right is the identity, which may be long, or an address.
  const most = width * 0.45
  const rightWidth = right === undefined ? 0 : Math.min(textWidth(right, rightFont), most)
  const size = isTitle && !isSmall ? 16 : 13
  const options = isTitle ? { bold: true, size } : { mono, colour: ink.strong }
  return [
    text(x, y, left, { ...options, width: width - rightWidth }),
    ...(right === undefined
      ? []
      : [text(x + width, y, right, { ...rightFont, colour: ink.soft, anchor: 'end', width: rightWidth })]),
  ]
}

/** What stands in a container's box. */
function linesOf(
  { containerId, ifName, addresses, containerEnd }: Endpoint,
  { isSmall, machine }: EndpointStyle,
): readonly Line[] {
  const place = containerEnd?.netns.name ?? 'namespace unknown'
  const name = machine === undefined ? (containerEnd?.name ?? ifName) : `${machine} ${ifName}`
  const shown = machine === undefined ? (containerEnd?.addresses ?? addresses) : addresses
  const mac = machine !== undefined || containerEnd?.mac === undefined ? {} : { right: containerEnd.mac }
  if (isSmall) {
    return [
      { left: place, right: name, isTitle: true },
      ...shown.map((left, n) => ({ left, mono: true, ...(n === 0 && left.length < 24 ? mac : {}) })),
    ]
  }
  return [
    { left: place, right: containerId, isTitle: true },
    { left: name, mono: true, ...mac },
    ...shown.map((left) => ({ left, mono: true })),
    ...(containerEnd?.defaultVia ?? []).map((via) => ({ left: `default route via ${via}` })),
  ]
}
