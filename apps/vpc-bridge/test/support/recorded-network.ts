import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  captureReservations,
  captureState,
  createWorld,
  fillIn,
  leaveBlank,
  type Places,
  recordChanges,
  replay,
  restoreReservations,
  type States,
  type World,
} from '@vpc-bridge/testbed'
import { succeed } from './runtime.ts'

/** An endpoint, as a runtime asks for it. In a recording `{blue}` stands for the path of the namespace `blue`. */
export interface RecordedEndpoint {
  readonly netns: string
  readonly containerId: string
  readonly ifName: string
  readonly config: object
  /** The answer to its ADD. */
  readonly result?: object
}

/** A network of several endpoints, as a version of the plugin has left it. */
export interface RecordedNetwork {
  /** The endpoints that are there. */
  readonly endpoints: readonly RecordedEndpoint[]
  /** One more, that may be added. */
  readonly later: RecordedEndpoint
  /** What the IPAM plugin holds. */
  readonly reservations: Readonly<Record<string, string>>
  /** What was changed in the kernel; see `recordChanges`. */
  readonly kernel: readonly string[]
}

/** A world with everything that a network may be made of. */
export interface Stage {
  readonly world: World
  /** Its namespaces, with the containers blue, red and green, and `away`, where a bridge may be. */
  readonly places: Places
  /** Where the IPAM plugin host-local keeps what it holds. */
  readonly ipam: string
  readonly destroy: () => Promise<void>
}

export async function createStage(): Promise<Stage> {
  const world = await createWorld()
  const places: Record<string, string> = { host: world.host }
  for (const name of ['away', 'blue', 'red', 'green']) places[name] = await world.addContainer(name)
  for (const host of hosts) await world.assignToEni(`192.168.1.${host}`)
  const ipam = await mkdtemp(join(tmpdir(), 'ipam-'))
  const destroy = async () => {
    await world.destroy()
    await rm(ipam, { recursive: true, force: true })
  }
  return { world, places, ipam, destroy }
}

/** The last part of each endpoint's addresses. */
const hosts = [43, 44, 45]

const inet6 = (host: number) => `fd00:1::${host}/64`
const tap = { interfaceType: 'tap', tapUserID: '54321' }
const elsewhere = { bridgeNetNSPath: '{away}' }
const ranges = [
  [{ subnet: '192.168.1.0/24', rangeStart: '192.168.1.43', rangeEnd: '192.168.1.45', gateway: '192.168.1.1' }],
]

const common = { cniVersion: '1.0.0', name: 'vpc', type: 'vpc-bridge', eniName: 'eth10' }

const routed = (host: number) => ({ ipAddresses: [`192.168.1.${host}/24`], gatewayIPAddress: '192.168.1.1' })

/** What each mode's configuration has besides, for an endpoint with that last part of its addresses. */
const modeConfigs: Readonly<Record<string, (host: number) => object>> = {
  l3: routed,
  'l3-ipv6': (host) => ({ ipAddresses: [inet6(host)] }),
  'l3-dual-stack': (host) => ({ ...routed(host), ipAddresses: [`192.168.1.${host}/24`, inet6(host)] }),
  'l3-tap': (host) => ({ ...routed(host), ...tap }),
  'l3-elsewhere': (host) => ({ ...routed(host), ...elsewhere }),
  'l3-host-local': () => ({ ipam: { type: 'host-local', dataDir: '{ipam}', ranges } }),
  l2: (host) => ({ ...routed(host), bridgeType: 'L2' }),
  'l2-tap': (host) => ({ ...routed(host), ...tap, bridgeType: 'L2' }),
  'l2-elsewhere': (host) => ({ ...routed(host), ...elsewhere, bridgeType: 'L2' }),
}

export const recordedModes: readonly string[] = Object.keys(modeConfigs)

/** The endpoints of a mode's network: the last one comes later. */
function endpointsOf(mode: string): readonly RecordedEndpoint[] {
  return ['blue', 'red', 'green'].map((name, index) => {
    const host = hosts[index] ?? 0
    const endpoint = { netns: `{${name}}`, containerId: `container-${name}`, ifName: 'eth0' }
    return { ...endpoint, config: { ...common, ...modeConfigs[mode]?.(host) } }
  })
}

/** Has a version of the plugin make a mode's network, and records what it leaves. */
export async function recordNetwork(stage: Stage, program: readonly string[], mode: string): Promise<RecordedNetwork> {
  const before = await captureStates(stage)
  const [blue, red, later] = endpointsOf(mode)
  if (blue === undefined || red === undefined || later === undefined) throw new Error('no endpoints')
  const endpoints: RecordedEndpoint[] = []
  for (const endpoint of [blue, red]) {
    const result = await succeed(program, stage.world.host, { command: 'ADD', ...(await requestFor(stage, endpoint)) })
    endpoints.push({ ...endpoint, result: JSON.parse(await leaveBlank(JSON.stringify(result), namesIn(stage))) })
  }
  const kernel = await recordChanges(stage.places, before, await captureStates(stage))
  return { endpoints, later, reservations: await captureReservations(stage.ipam), kernel }
}

/** Makes a recorded network in another world. */
export async function replayNetwork(stage: Stage, { kernel, reservations }: RecordedNetwork): Promise<void> {
  await replay(kernel, stage.places)
  await restoreReservations(stage.ipam, reservations)
}

/** The same endpoint in a world, to be executed. */
export async function requestFor(stage: Stage, endpoint: RecordedEndpoint) {
  const filled: RecordedEndpoint = JSON.parse(await fillIn(JSON.stringify(endpoint), namesIn(stage)))
  return { ...filled, environment: { CNI_PATH: '/usr/lib/cni' } }
}

/** Everything that a plugin may leave, in the same words in all worlds. */
export async function stateOf(stage: Stage): Promise<unknown> {
  const state = { ...(await captureStates(stage)), reservations: await captureReservations(stage.ipam) }
  return JSON.parse(await leaveBlank(JSON.stringify(state), namesIn(stage)))
}

export async function captureStates({ places }: Stage): Promise<States> {
  const states = Object.entries(places).map(async ([name, netns]) => [name, await captureState(netns)] as const)
  return Object.fromEntries(await Promise.all(states))
}

/** The IPAM plugin's directory is named in configurations only, as a place is. */
function namesIn({ places, ipam }: Stage): Readonly<Record<string, string>> {
  return { ...places, ipam }
}
