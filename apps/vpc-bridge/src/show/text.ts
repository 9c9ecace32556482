import type { Drift } from '@vpc-bridge/plugin'
import { bold, cyan, dim, green, red } from '../command-line/style.ts'
import type { Endpoint, Interface, Network, Observation } from './model.ts'

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
 * What to say where there is nothing to draw.
 *
 * @param program how this program is called
 */
export function nothingLines(program: string): readonly string[] {
  return [
    'vpc-bridge has made nothing in this network namespace.',
    `${cyan('next:')} ${program} add connects a container; ${program} plan add tells what that would do`,
  ]
}

/** Draws an observation for a terminal: a tree for each network. */
export function observationLines({ networks, strays }: Observation): readonly string[] {
  const trees = networks.flatMap((network) => ['', ...networkLines(network)])
  const left = strays.length === 0 ? [] : ['', bold('without a network'), ...treeLines(strays.map(strayNode))]
  return [...[...trees, ...left].slice(1), '', summary({ networks, strays })]
}

function networkLines(network: Network): readonly string[] {
  const { name, bridgeType, eni, bridge, dummy, macTranslation, endpoints, drift } = network
  const place = network.netns === undefined ? '' : ` in ${network.netns.name}`
  const title = `network ${name}: ${bridgeType} on ${eni.name}${place}, ${counted(endpoints.length, 'endpoint')}`
  const leaf = { drift: [], below: [] }
  return [
    bold(title),
    ...driftLines(drift).map((line) => `  ${line}`),
    ...treeLines([
      eni.isThere
        ? {
            ...leaf,
            kind: 'ENI',
            name: eni.name,
            facts: factsOf(eni),
            lines: [...eni.addresses, settingsOf(network, eni.name)],
          }
        : { ...leaf, kind: 'ENI', name: eni.name, facts: [red('gone')], lines: [] },
      {
        ...leaf,
        kind: 'bridge',
        name: bridge.name,
        facts: [...factsOf(bridge), `${bridge.ports} of ${bridge.mostPorts} ports`],
        lines: [
          ...bridge.addresses,
          settingsOf(network, bridge.name),
          ...(macTranslation === undefined
            ? []
            : [`MAC addresses behind ${eni.name} are translated to ${macTranslation.mac}`]),
        ],
      },
      ...(bridgeType === 'L2' ? [] : [dummyNode(dummy)]),
      ...endpoints.map((endpoint) => endpointNode(endpoint, macTranslation)),
    ]),
  ]
}

function dummyNode(dummy: Network['dummy']): Node {
  const leaf = { drift: [], below: [] }
  if (dummy === undefined) return { ...leaf, kind: 'dummy', name: '', facts: [red('missing')], lines: [] }
  const lines = dummy.altNames.length === 0 ? [] : [`also named ${dummy.altNames.join(', ')}`]
  return { ...leaf, kind: dummy.kind ?? 'dummy', name: dummy.name, facts: factsOf(dummy), lines }
}

function endpointNode(endpoint: Endpoint, translation?: Network['macTranslation']): Node {
  const { containerId, ifName, interfaceType, hostEnd, hostRoutes, addresses, containerEnd, drift } = endpoint
  const own = (translation?.entries ?? []).filter(({ address }) =>
    addresses.some((each) => each.startsWith(`${address}/`)),
  )
  const routes = [
    ...hostRoutes.map(({ destination, dev }) => `host route ${destination} by ${dev}`),
    ...own.map(({ address, mac }) => `packets to ${address} go to ${mac}`),
  ]
  const machine = interfaceType === 'tap' ? [`TAP interface ${ifName}, for a machine with ${addresses.join(', ')}`] : []
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
    kind: hostEnd.kind ?? 'veth',
    name: hostEnd.name,
    facts: factsOf(hostEnd),
    lines: [`container ${containerId}`, ...routes],
    drift: [],
    below: [{ ...far, drift }],
  }
}

/** Of an endpoint whose network is gone, nothing else tells where its host's end is. */
function strayNode(stray: Endpoint): Node {
  const node = endpointNode(stray)
  return stray.site === undefined ? node : { ...node, lines: [`in ${stray.site.name}`, ...node.lines] }
}

function factsOf({ up, mac, mtu }: Interface): readonly string[] {
  return [up ? green('up') : red('down'), ...(mac === undefined ? [] : [mac]), `MTU ${mtu}`]
}

function settingsOf({ settings }: Network, dev: string): string {
  return settings
    .filter((setting) => setting.dev === dev)
    .map(({ what, value, wanted }) => (value === wanted ? `${what} ${value}` : red(`${what} ${value}`)))
    .join(', ')
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

function summary({ networks, strays }: Observation): string {
  const endpoints = [...networks.flatMap((network) => network.endpoints), ...strays]
  const drifts = [...networks, ...endpoints].flatMap(({ drift }) => drift).length
  return drifts === 0
    ? `${green('✓')} all is as vpc-bridge made it`
    : red(`✗ ${counted(drifts, 'difference')} from what vpc-bridge made`)
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
