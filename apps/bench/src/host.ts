import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWorld, inside, output, type World } from '@vpc-bridge/testbed'
import { type Job, type Launcher, type Measured, startLauncher } from './launcher.ts'

/** A container to connect. */
export interface Container {
  /** Path of its network namespace. */
  readonly netns: string
  readonly id: string
  /** Counts the containers of a host, from 1. */
  readonly number: number
}

/** A throw-away host that plugins are run on. Its ENI `eth10`, and the router before it, are in 192.168.0.0/16. */
export interface Host {
  readonly world: World
  /** A directory for what plugins keep. */
  readonly directory: string
  readonly addContainer: () => Promise<Container>
  readonly addContainers: (count: number) => Promise<readonly Container[]>
  /** Runs jobs at the same time. */
  readonly runAtOnce: Launcher['run']
  /** Runs one job. */
  readonly run: (job: Job) => Promise<Measured>
  readonly destroy: () => Promise<void>
}

/** @param launcher path of the program */
export async function createHost(launcher: string): Promise<Host> {
  const world = await createWorld()
  const directory = mkdtempSync(join(tmpdir(), 'vpc-bridge-bench-'))
  const { run: runAtOnce, close } = startLauncher(launcher, world.host)
  await widen(world)
  const netnsPrefix = world.host.replace(/host$/, 'bench')
  const containers: Container[] = []
  const namespaces = (verb: string, some: readonly Container[]) =>
    batch(some.map(({ netns }) => `netns ${verb} ${netns.replace('/run/netns/', '')}`))
  const addContainers = async (count: number) => {
    const added = Array.from({ length: count }, (_, n) => containerAt(netnsPrefix, containers.length + n + 1))
    await namespaces('add', added)
    containers.push(...added)
    return added
  }
  return {
    world,
    directory,
    addContainers,
    addContainer: async () => first(await addContainers(1)),
    runAtOnce,
    run: async (job) => first(await runAtOnce([job])),
    destroy: async () => {
      await close()
      await namespaces('delete', containers)
      rmSync(directory, { recursive: true })
      await world.destroy()
    },
  }
}

function containerAt(netnsPrefix: string, number: number): Container {
  return { netns: `${netnsPrefix}${number}`, id: `bench${number}`, number }
}

function first<T>([one]: readonly T[]): T {
  if (one === undefined) throw new Error('there is none')
  return one
}

/** Gives ENI and router room for more than a thousand neighbours. */
async function widen({ host, router }: World): Promise<void> {
  for (const [netns, address, link] of [
    [router, '192.168.1.1', 'vpc'],
    [host, '192.168.1.42', 'eth10'],
  ] as const) {
    await batch(
      [`address delete ${address}/24 dev ${link}`, `address add ${address}/16 broadcast + dev ${link}`],
      netns,
    )
  }
  await batch(['route add default via 192.168.1.1'], host)
}

/** Runs lines of `ip -batch`. */
async function batch(lines: readonly string[], netns?: string): Promise<void> {
  const command = ['ip', '-batch', '-']
  await output(netns === undefined ? command : inside(netns, command), { input: lines.join('\n') })
}

/** Has a host for each of several, and removes them at the end. */
export async function withHosts<K, T>(
  launcher: string,
  keys: readonly K[],
  work: (hosts: ReadonlyMap<K, Host>) => Promise<T>,
): Promise<T> {
  const hosts = new Map<K, Host>()
  try {
    for (const key of keys) hosts.set(key, await createHost(launcher))
    return await work(hosts)
  } finally {
    for (const host of hosts.values()) await host.destroy()
  }
}
