import type { Connection, Contestant } from './contestant.ts'
import { withHosts } from './host.ts'
import { makeNetwork } from './one-container.ts'
import { alternate, fewer, type Part } from './part.ts'
import { collect } from './statistics.ts'

/** Many ADDs at once, then as many DELs. If one fails the benchmark does. */
export const burst: Part = ({ programs, contestants, rounds, burst: count }) =>
  withHosts(programs.launcher, contestants, async (hosts) => {
    const { note, table } = collect()
    const connections = new Map<Contestant, readonly Connection[]>()
    for (const [contestant, host] of hosts) {
      await makeNetwork(host, contestant)
      const all: Connection[] = []
      for (const container of await host.addContainers(count)) all.push(await contestant.connection(host, container))
      connections.set(contestant, all)
    }
    await alternate(hosts, fewer(rounds), async ([contestant, host]) => {
      const all = connections.get(contestant) ?? []
      const added = await host.runAtOnce(all.map(({ add }) => add))
      const removed = await host.runAtOnce(all.map(({ del }) => del))
      const last = (measured: typeof added) => Math.max(...measured.map(({ timeMs }) => timeMs))
      note(contestant.name, { 'ADDs ms': last(added), 'DELs ms': last(removed) })
    })
    return { burst: { title: `${count} containers at once`, table: table() } }
  })
