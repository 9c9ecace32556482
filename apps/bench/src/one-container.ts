import type { Connection, Contestant } from './contestant.ts'
import { floor } from './floor.ts'
import { createHost, type Host, withHosts } from './host.ts'
import { ours } from './ours.ts'
import { alternate, fewer, type Part, type Setting } from './part.ts'
import { collect, type Table } from './statistics.ts'
import { underLoad } from './under-load.ts'

/** ADD and DEL of one container where the network is there already. */
export const existing: Part = async (setting) => ({
  existing: {
    title: 'one container, on a network that is there',
    table: await comeAndGo(setting, (rounds) => rounds()),
  },
})

/** The same where the processors have other things to do. */
export const load: Part = async (setting) => ({
  load: { title: 'one container, beside eight busy processes', table: await comeAndGo(setting, underLoad) },
})

/** ADD on a host that has no network yet, and DEL, which is the last one. */
export const first: Part = async ({ programs, contestants, rounds }) => {
  const { note, table } = collect()
  const able = contestants.filter((each) => each !== floor)
  await alternate(able, fewer(rounds), async ({ name, connection }) => {
    const host = await createHost(programs.launcher)
    try {
      const { add, del } = await connection(host, await host.addContainer())
      const added = await host.run(add)
      const removed = await host.run(del)
      note(name, { 'first ADD ms': added.timeMs, 'last DEL ms': removed.timeMs })
    } finally {
      await host.destroy()
    }
  })
  return { first: { title: 'one container, on a fresh host', table: table() } }
}

/** Connects the first container, which stays: with it the network is made. The floor has none of its own and takes ours. */
export async function makeNetwork(host: Host, contestant: Contestant): Promise<void> {
  const { connection } = contestant === floor ? ours : contestant
  const { add } = await connection(host, await host.addContainer())
  await host.run(add)
}

/** @param circumstances runs the rounds */
function comeAndGo(
  { programs, contestants, rounds }: Setting,
  circumstances: (rounds: () => Promise<void>) => Promise<void>,
): Promise<Table> {
  return withHosts(programs.launcher, contestants, async (hosts) => {
    const { note, table } = collect()
    const connections = new Map<Contestant, Connection>()
    for (const [contestant, host] of hosts) {
      await makeNetwork(host, contestant)
      connections.set(contestant, await contestant.connection(host, await host.addContainer()))
    }
    const measure = async ([contestant, host]: readonly [Contestant, Host]) => {
      const { add = [], del = [] } = connections.get(contestant) ?? {}
      const added = await host.run(add)
      const removed = await host.run(del)
      note(contestant.name, { 'ADD ms': added.timeMs, 'DEL ms': removed.timeMs, 'memory MiB': added.memoryMib })
    }
    await circumstances(() => alternate(hosts, rounds, measure))
    return table()
  })
}
