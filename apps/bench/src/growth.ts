import type { Contestant } from './contestant.ts'
import { type Host, withHosts } from './host.ts'
import { makeNetwork } from './one-container.ts'
import { addressOf, ours, oursInL2 } from './ours.ts'
import { roundTripUs, throughputGbits } from './packets.ts'
import { alternate, fewer, type Part, type Setting } from './part.ts'
import { collect, type Table } from './statistics.ts'

/** ADD and DEL, and packets of the container, where one endpoint is there and where many are. */
export const growth: Part = async (setting) => ({
  'growth L3': { title: titleOf(setting, 'L3'), table: await grow(setting, ours) },
  'growth L2': { title: titleOf(setting, 'L2'), table: await grow(setting, oursInL2) },
})

function titleOf({ endpoints }: Setting, mode: string): string {
  return `one container, and its packets, by the number of endpoints that are there, ${mode}; many: ${endpoints}`
}

function grow({ programs, debian, rounds, endpoints }: Setting, contestant: Contestant): Promise<Table> {
  const counts = { one: 1, many: endpoints }
  return withHosts(programs.launcher, ['one', 'many'] as const, async (hosts) => {
    const { note, table } = collect()
    const measured = []
    for (const [name, host] of hosts) {
      await makeNetwork(host, contestant)
      await populate(host, contestant, counts[name] - 1)
      const container = await host.addContainer()
      await host.world.assignToEni(addressOf(container.number))
      const { add, del } = await contestant.connection(host, container)
      measured.push({ row: `${contestant.name}, ${name} there`, host, container, add, del })
    }
    await alternate(measured, rounds, async ({ row, host, add, del }) => {
      const added = await host.run(add)
      const removed = await host.run(del)
      note(row, { 'ADD ms': added.timeMs, 'DEL ms': removed.timeMs })
    })
    for (const { host, add } of measured) await host.run(add)
    await alternate(measured, fewer(rounds), async ({ row, host, container }) => {
      note(row, {
        'round trip µs': await roundTripUs(container),
        'throughput Gbit/s': await throughputGbits(host, container, debian),
      })
    })
    return table()
  })
}

/** How many are added at the same time. */
const together = 50

/** Connects containers, which stay. */
async function populate(host: Host, contestant: Contestant, count: number): Promise<void> {
  for (let left = count; left > 0; left -= together) {
    const containers = await host.addContainers(Math.min(together, left))
    const connections = await Promise.all(containers.map((container) => contestant.connection(host, container)))
    await host.runAtOnce(connections.map(({ add }) => add))
  }
}
