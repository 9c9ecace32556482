/* How long ADD and DEL take, beside other CNI plugins, in throw-away network namespaces: see README.md. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { contestants, pluginOf } from './contestants.ts'
import { addressCount, footprints, type PartName, parts } from './parts.ts'
import { footprintLines, machine, type Report, tableLines } from './report.ts'
import type { Table } from './statistics.ts'

const titles: Readonly<Record<PartName, string>> = {
  existing: 'one container, on a network that is there',
  removal: 'the DEL of one container, and two messages alone',
  first: 'one container, on a fresh host',
  burst: 'many containers at once',
  growth: 'one container, by the number of endpoints that are there',
  start: 'the program alone',
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    burst: { type: 'string', default: '60' },
    growth: { type: 'string', default: '0,250,500,1000' },
    only: { type: 'string', default: Object.keys(parts).join(',') },
    plugin: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
  },
})
const sizes = {
  rounds: countOf('rounds', values.rounds),
  burst: countOf('burst', values.burst, addressCount),
  growth: values.growth.split(',').map((text) => countOf('growth', text)),
}
const chosen = values.only.split(',').filter(isPart)
const unknown = values.only.split(',').filter((name) => !isPart(name))
if (unknown.length > 0) throw new Error(`--only ${unknown}: expected some of ${Object.keys(parts)}`)

const all = contestants(values.plugin.map(pluginOf))
const { processors, kernel } = machine()
say([`${processors}, Linux ${kernel}; medians of ${sizes.rounds} rounds, quartiles, × the first row`])
const tables: Record<string, Table> = {}
for (const name of chosen) {
  const table = await parts[name](all, sizes)
  tables[name] = table
  say(tableLines(titles[name], table))
}
const found = chosen.includes('start') ? { footprints: await footprints(all) } : {}
if (found.footprints !== undefined) say(footprintLines(found.footprints))
const report: Report = { date: new Date().toISOString(), machine: machine(), parts: tables, ...found }
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`)

function isPart(name: string): name is PartName {
  return name in parts
}

function countOf(option: string, text: string, most = 999_999): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) > most) {
    throw new Error(`--${option} ${text}: expected a number up to ${most}`)
  }
  return Number(text)
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
