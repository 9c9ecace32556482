import type { Drift } from '@vpc-bridge/plugin'
import { bold, cyan, dim, green, red } from '../command-line/style.ts'
import type { Drawing, Part } from './drawing.ts'
import type { EndpointOf, Interface, Network, Observation } from './model.ts'

/** A line of the tree, what belongs to it, and what hangs below it. */
interface Node {
  /** What it is, in a word. */
  readonly kind: string
  readonly name: string
  readonly facts: readonly string[]
  /** Further lines. */
  readonly lines: readonly string[]
  readonly drift: readonly Drift[]
  readonly below: readonly Node[]
}

/**
 * Returns what to say where there is nothing to draw.
 *
 * @param program how this program is called
 */
export function nothingLines(type: string, program: string): readonly string[] {
  return [
    `${type} has made nothing in this network namespace.`,
    `${cyan('next:')} ${program} add connects a container; ${program} plan add tells what that would do`,
  ]
}

/**
 * Draws an observation for a terminal: a tree for each network.
 *
 * @param type of the plugin
 */
export function observationLines<N extends Network>(
  { networks, strays }: Observation<N>,
  type: string,
  drawing: Drawing<N>,
): readonly string[] {
  const trees = networks.flatMap((network) => ['', ...networkLines(network, drawing)])
  const nodes = strays.map((stray) => strayNode(stray, drawing))
  const left = strays.length === 0 ? [] : ['', bold('without a network'), ...treeLines(nodes)]
  return [...[...trees, ...left].slice(1), '', summary({ networks, strays }, type)]
}

function networkLines<N extends Network>(network: N, drawing: Drawing<N>): readonly string[] {
  const { name, netns, endpoints, drift } = network
  const { uplink, hub, helper } = drawing.shared(network)
  const place = netns === undefined ? '' : `in ${netns.name}`
  const about = [drawing.title(network), place].filter((each) => each !== '').join(' ')
  const title = [...(about === '' ? [] : [about]), counted(endpoints.length, 'endpoint')].join(', ')
  return [
    bold(`network ${name}: ${title}`),
    ...driftLines(drift).map((line) => `  ${line}`),
    ...treeLines([
      ...[uplink, hub, helper].flatMap((part) => (part === undefined ? [] : [partNode(part)])),
      ...endpoints.map((endpoint) => endpointNode(endpoint, network, drawing)),
    ]),
  ]
}

function partNode({ kind, name, link, addresses = [], facts = [], settings = [], notes = [] }: Part): Node {
  const leaf = { kind, name, drift: [], below: [] }
  if (typeof link === 'string') return { ...leaf, facts: [red(link)], lines: [] }
  const values = settings.map(({ what, value, wanted }) =>
    value === wanted ? `${what} ${value}` : red(`${what} ${value}`),
  )
  return {
    ...leaf,
    facts: [...factsOf(link), ...facts],
    lines: [...addresses, values.join(', '), ...notes.map(({ text }) => text)],
  }
}

function endpointNode<N extends Network>(endpoint: EndpointOf<N>, network: N | undefined, drawing: Drawing<N>): Node {
  const { containerId, ifName, hostEnd, hostRoutes, addresses, containerEnd, drift } = endpoint
  const kind = drawing.machine?.(endpoint)
  const machine = kind === undefined ? [] : [`${kind} interface ${ifName}, for a machine with ${addresses.join(', ')}`]
  const far: Omit<Node, 'drift'> =
    containerEnd === undefined
      ? { kind: '', name: `${ifName} in an unknown namespace`, facts: [], lines: addresses, below: [] }
      : {
          kind: '',
          name: `${containerEnd.name} in ${containerEnd.netns.name}`,
          facts: factsOf(containerEnd),
          lines: [
            ...machine,
            ...containerEnd.addresses,
            ...containerEnd.defaultVia.map((via) => `default route via ${via}`),
          ],
          below: [],
        }
  return {
    kind: hostEnd.kind ?? '',
    name: hostEnd.name,
    facts: factsOf(hostEnd),
    lines: [
      `container ${containerId}`,
      ...hostRoutes.map(({ destination, dev }) => `host route ${destination} by ${dev}`),
      ...(drawing.hostLines?.(endpoint, network) ?? []),
    ],
    drift: [],
    below: [{ ...far, drift }],
  }
}

/** Of an endpoint whose network is gone, nothing else tells where its host's end is. */
function strayNode<N extends Network>(stray: EndpointOf<N>, drawing: Drawing<N>): Node {
  const node = endpointNode(stray, undefined, drawing)
  return stray.site === undefined ? node : { ...node, lines: [`in ${stray.site.name}`, ...node.lines] }
}

function factsOf({ up, mac, mtu }: Interface): readonly string[] {
  return [up ? green('up') : red('down'), ...(mac === undefined ? [] : [mac]), `MTU ${mtu}`]
}

/** How wide the kind of a thing is, in characters. */
const kindWidth = 7

function treeLines(nodes: readonly Node[], indent = ''): readonly string[] {
  return nodes.flatMap(({ kind, name, facts, lines, drift, below }, position) => {
    const isLast = position === nodes.length - 1
    const branch = `${indent}${isLast ? '└─ ' : '├─ '}`
    const rest = `${indent}${isLast ? '   ' : '│  '}`
    const more = `${rest}${below.length > 0 ? '│  ' : '   '}`
    const label = kind === '' ? '' : `${kind.padEnd(kindWidth)} `
    return [
      `${dim(branch)}${label}${bold(name)}  ${facts.join('  ')}`.trimEnd(),
      ...lines
        .filter((line) => line !== '')
        .map((line) => `${dim(more)}${' '.repeat(Math.max(0, label.length - 3))}${line}`),
      ...driftLines(drift).map((line) => `${dim(more)}${line}`),
      ...treeLines(below, rest),
    ]
  })
}

function driftLines(drift: readonly Drift[]): readonly string[] {
  return drift.map(
    ({ what, repair }) => `${red(`! ${what}`)}${repair === undefined ? '' : dim(`; put right by: ${repair}`)}`,
  )
}

function summary({ networks, strays }: Observation, type: string): string {
  const endpoints = [...networks.flatMap((network) => network.endpoints), ...strays]
  const drifts = [...networks, ...endpoints].flatMap(({ drift }) => drift).length
  return drifts === 0
    ? `${green('✓')} all is as ${type} made it`
    : red(`✗ ${counted(drifts, 'difference')} from what ${type} made`)
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
