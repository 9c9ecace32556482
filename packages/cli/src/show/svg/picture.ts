import type { Drawing } from '../drawing.ts'
import type { EndpointOf, Network, Observation } from '../model.ts'
import { alarmList, type Drawn } from './alarm-list.ts'
import { box, ink, svg, text } from './elements.ts'
import { endpointHeight, endpointPart } from './endpoint.ts'
import { columns, palettes, pictureWidth } from './layout.ts'
import { sharedHeight, sharedPart } from './shared.ts'

/** From how many endpoints on their boxes are made small, so that all of them fit on a slide. */
const many = 6

/** What is in one network namespace: the host's, or one that links of a plugin have to themselves. */
interface Area<N extends Network> extends Observation<N> {
  readonly title: string
}

/**
 * Draws an observation: the host with what each network shares, and the containers beside it.
 *
 * @param type of the plugin
 */
export function observationSvg<N extends Network>(
  observation: Observation<N>,
  type: string,
  drawing: Drawing<N>,
): string {
  const top = 28
  const parts: string[] = []
  let y = top
  for (const area of areasOf(observation)) {
    const drawn = areaPart(area, y, type, drawing)
    parts.push(...drawn.elements)
    y += drawn.height + 28
  }
  const title = observation.networks
    .map((network) => `network ${network.name} ${drawing.title(network)}`.trimEnd())
    .join(', ')
  return svg(pictureWidth, y, title, parts)
}

/** The host, unless there is nothing in it, and the other namespaces. */
function areasOf<N extends Network>({ networks, strays }: Observation<N>): readonly Area<N>[] {
  const sites = [...networks.map(({ netns }) => netns), ...strays.map(({ site }) => site)]
  const isHostEmpty = !sites.includes(undefined)
  const away = new Set(sites.flatMap((site) => (site === undefined ? [] : [site.path])))
  const paths = [...(isHostEmpty ? [] : [undefined]), ...away]
  return paths.map((path) => ({
    title: sites.find((site) => site?.path === path)?.name ?? 'host',
    networks: networks.filter(({ netns }) => netns?.path === path),
    strays: strays.filter(({ site }) => site?.path === path),
  }))
}

function areaPart<N extends Network>(
  { title, networks, strays }: Area<N>,
  top: number,
  type: string,
  drawing: Drawing<N>,
): Drawn {
  const bands: string[] = []
  let y = top + 64
  for (const network of networks) {
    const band = networkBand(network, y, type, drawing)
    bands.push(...band.elements)
    y += band.height + 28
  }
  if (strays.length > 0) {
    const list = alarmList(
      'Endpoints without a network',
      strays.map(({ hostEnd, containerId }) => `${hostEnd.name}, of container ${containerId}`),
      y,
    )
    bands.push(...list.elements)
    y += list.height + 28
  }
  const { x, width } = columns.host
  return {
    elements: [
      box({ x, y: top, width, height: y - top }, palettes.host, { radius: 16 }),
      text(x + 28, top + 34, title, { size: 17, bold: true, colour: ink.soft, width: width - 56 }),
      ...bands,
    ],
    height: y - top,
  }
}

function networkBand<N extends Network>(network: N, y: number, type: string, drawing: Drawing<N>): Drawn {
  const { name, endpoints } = network
  const shared = drawing.shared(network)
  const top = y + 34
  const isSmall = endpoints.length >= many
  const styleOf = (endpoint: EndpointOf<N>) => {
    const machine = drawing.machine?.(endpoint)
    return { isSmall, ...(machine === undefined ? {} : { machine }) }
  }
  const gap = isSmall ? 8 : 20
  const rows = endpoints.reduce((sum, endpoint) => sum + endpointHeight(endpoint, styleOf(endpoint)) + gap, -gap)
  const height = Math.max(rows, sharedHeight(shared))
  const parts: string[] = []
  let row = top + (height - Math.max(rows, 0)) / 2
  for (const endpoint of endpoints) {
    parts.push(...endpointPart(endpoint, row, styleOf(endpoint)))
    row += endpointHeight(endpoint, styleOf(endpoint)) + gap
  }
  const right = columns.hostEnd.x + columns.hostEnd.width
  const about = [drawing.title(network), `${endpoints.length} endpoint${endpoints.length === 1 ? '' : 's'}`]
  const alarms = alarmList(`Not as ${type} made it`, driftOf(network), top + height + 20)
  return {
    elements: [
      text(columns.uplink.x, y + 12, `network ${name}`, { size: 20, bold: true, width: 500 }),
      text(right, y + 12, about.filter((each) => each !== '').join(', '), {
        size: 14,
        colour: ink.soft,
        anchor: 'end',
      }),
      ...parts,
      ...sharedPart(shared, network, top, height),
      ...alarms.elements,
    ],
    height: top - y + height + (alarms.height === 0 ? 0 : alarms.height + 20),
  }
}

function driftOf({ drift, endpoints }: Network): readonly string[] {
  return [
    ...drift.map(({ what }) => what),
    ...endpoints.flatMap((endpoint) => {
      const name = endpoint.containerEnd?.netns.name ?? `container ${shortened(endpoint.containerId)}`
      return endpoint.drift.map(({ what }) => `${name}: ${what}`)
    }),
  ]
}

function shortened(id: string): string {
  return id.length > 13 ? `${id.slice(0, 12)}…` : id
}
