import { existsSync, readFileSync, statSync } from 'node:fs'
import { type Container, type Contestant, floor, ours, usualBridge, usualPtp } from './contestants.ts'
import { emptyProgram } from './empty-program.ts'
import { createHost, type Host } from './host.ts'
import { collect, type Table } from './statistics.ts'
import { twoMessages } from './two-messages.ts'

/** How much is measured. */
interface Sizes {
  readonly rounds: number
  /** How many containers a burst has. */
  readonly burst: number
  /** How many endpoints are on the bridge already. */
  readonly growth: readonly number[]
}

/** A part of the benchmark. The contestants take turns, so that what else the machine does meets all of them. */
type Part = (contestants: readonly Contestant[], sizes: Sizes) => Promise<Table>

/** How many containers can have an address at the same time, besides the first one. */
export const addressCount = 200

let made = 0

async function containerOn(host: Host): Promise<Container> {
  const [netns = ''] = await host.addContainers(1)
  return containerAt(netns)
}

function containerAt(netns: string): Container {
  made += 1
  return { netns, id: `bench${made}`, address: `192.168.1.${50 + (made % addressCount)}` }
}

/** The container that a network is made with, which stays: its address comes to no other one. */
async function firstOn(host: Host): Promise<Container> {
  return { ...(await containerOn(host)), address: '192.168.1.40' }
}

/** Adds a container and removes it again; how long each took, in milliseconds. */
async function comeAndGo(
  host: Host,
  { add, del }: Pick<Contestant, 'add' | 'del'>,
): Promise<{ readonly added: number; readonly removed: number }> {
  const container = await containerOn(host)
  const added = host.run(add(host, container))
  const removed = host.run(del(host, container))
  await host.removeContainer(container.netns)
  return { added, removed }
}

/** Has a host for each of several, and removes them at the end. */
async function withHosts<K, T>(keys: readonly K[], work: (hosts: ReadonlyMap<K, Host>) => Promise<T>): Promise<T> {
  const hosts = new Map<K, Host>()
  try {
    for (const key of keys) hosts.set(key, await createHost())
    return await work(hosts)
  } finally {
    for (const host of hosts.values()) await host.destroy()
  }
}

/** ADD and DEL of one container where the network is there already. */
const existing: Part = (contestants, { rounds }) =>
  withHosts(contestants, async (hosts) => {
    const { note, table } = collect()
    for (const [contestant, host] of hosts) {
      // The floor needs a bridge, too, and has none of its own.
      const first = contestant === floor ? ours : contestant
      host.run(first.add(host, await firstOn(host)))
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const [contestant, host] of hosts) {
        const { added, removed } = await comeAndGo(host, contestant)
        note(contestant.name, 'ADD', added)
        note(contestant.name, 'DEL', removed)
      }
    }
    return table()
  })

/** DEL of one container, beside what the kernel and the start of the engine take of it. */
const removal: Part = async (_, { rounds }) => {
  const { note, table } = collect()
  const host = await createHost()
  try {
    const contestants = [ours, await twoMessages(host.directory), floor]
    host.run(ours.add(host, await firstOn(host)))
    for (let round = 0; round < rounds; round += 1) {
      for (const contestant of contestants) {
        note(contestant.name, 'DEL', (await comeAndGo(host, contestant)).removed)
      }
    }
  } finally {
    await host.destroy()
  }
  return table()
}

/** ADD on a host that has no network yet, and DEL, which is the last one. */
const first: Part = async (_, { rounds }) => {
  const { note, table } = collect()
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of [ours, usualBridge, usualPtp].filter(isInstalled)) {
      const host = await createHost()
      try {
        const container = await containerOn(host)
        note(contestant.name, 'first ADD', host.run(contestant.add(host, container)))
        note(contestant.name, 'last DEL', host.run(contestant.del(host, container)))
      } finally {
        await host.destroy()
      }
    }
  }
  return table()
}

/** Many ADDs at once, then as many DELs. */
const burst: Part = (_, { rounds, burst: count }) =>
  withHosts([ours, usualBridge].filter(isInstalled), async (hosts) => {
    const { note, table } = collect()
    const containers = new Map<Host, readonly Container[]>()
    for (const [contestant, host] of hosts) {
      host.run(contestant.add(host, await firstOn(host)))
      containers.set(host, (await host.addContainers(count)).map(containerAt))
    }
    for (let round = 0; round < Math.max(1, Math.ceil(rounds / 5)); round += 1) {
      for (const [contestant, host] of hosts) {
        const all = containers.get(host) ?? []
        const added = await host.runAtOnce(all.flatMap((container) => contestant.add(host, container)))
        note(contestant.name, `${count} ADDs`, added.total)
        note(contestant.name, 'slowest ADD', added.slowest)
        const removed = await host.runAtOnce(all.flatMap((container) => contestant.del(host, container)))
        note(contestant.name, `${count} DELs`, removed.total)
        note(contestant.name, 'slowest DEL', removed.slowest)
      }
    }
    return table()
  })

/** ADD and DEL where many endpoints are on the bridge. */
const growth: Part = async (_, { rounds, growth: counts }) => {
  const { note, table } = collect()
  for (const contestant of [ours, usualBridge].filter(isInstalled)) {
    await withHosts(counts, async (hosts) => {
      for (const [count, host] of hosts) {
        host.run(contestant.add(host, await firstOn(host)))
        await populate(host, contestant === ours ? `vpcbr${host.eniIndex}` : 'cni0', count)
      }
      for (let round = 0; round < rounds; round += 1) {
        for (const [count, host] of hosts) {
          const { added, removed } = await comeAndGo(host, contestant)
          note(`${contestant.name}, ${count} endpoints`, 'ADD', added)
          note(`${contestant.name}, ${count} endpoints`, 'DEL', removed)
        }
      }
    })
  }
  return table()
}

/** Ports with routes to them, all of one container. */
async function populate(host: Host, bridge: string, count: number): Promise<void> {
  const [netns = ''] = await host.addContainers(1)
  const numbers = Array.from({ length: count }, (_, n) => n)
  await host.batch(
    numbers.flatMap((n) => [
      `link add name p${n} up mtu 9001 master ${bridge} type veth peer name e${n} mtu 9001 netns ${netns}`,
      `route add 172.16.${n >> 8}.${n & 255}/32 dev ${bridge}`,
    ]),
  )
}

/** The program alone: asked for its version, which touches nothing. */
const start: Part = async (contestants, { rounds }) => {
  const { note, table } = collect()
  const host = await createHost()
  try {
    const empty = await emptyProgram(host.directory)
    for (let round = 0; round < rounds; round += 1) {
      for (const { name, version } of distinct(contestants)) note(name, 'version', host.run(version))
      note('an empty program', 'version', host.run([empty]))
    }
  } finally {
    await host.destroy()
  }
  return table()
}

export const parts = { existing, removal, first, burst, growth, start } as const

export type PartName = keyof typeof parts

/** What a program takes, by name. */
export interface Footprint {
  /** Size of the file, in bytes. */
  readonly file: number
  /** Peak memory of an ADD, in KiB; absent: GNU time is not installed. */
  readonly memory?: number
}

const time = '/usr/bin/time'

/** Sizes of the programs, and what memory an ADD takes at most. */
export async function footprints(contestants: readonly Contestant[]): Promise<Readonly<Record<string, Footprint>>> {
  const found: Record<string, Footprint> = {}
  for (const contestant of distinct(contestants)) {
    if (contestant.file === undefined) continue
    const host = await createHost()
    try {
      const memory = existsSync(time) ? await peakMemory(host, contestant) : undefined
      const { size: file } = statSync(contestant.file)
      found[contestant.name] = { file, ...(memory === undefined ? {} : { memory }) }
    } finally {
      await host.destroy()
    }
  }
  return found
}

/** A small program starts it: what a process had before it became the plugin would count as well. */
async function peakMemory(host: Host, contestant: Contestant): Promise<number> {
  const report = `${host.directory}/memory`
  const [command] = contestant.add(host, await containerOn(host))
  if (command === undefined) throw new Error(`${contestant.name} has no command`)
  const { file, args = [] } = command
  host.run([{ ...command, file: time, args: ['-o', report, '-f', '%M', file, ...args] }])
  return Number(readFileSync(report, 'utf8'))
}

/** One for each program: those with another configuration are the same. */
function distinct(contestants: readonly Contestant[]): readonly Contestant[] {
  return contestants.filter(({ file }, n) => contestants.findIndex((each) => each.file === file) === n)
}

function isInstalled({ file }: Contestant): boolean {
  return file === undefined || existsSync(file)
}
