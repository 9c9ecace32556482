/* How long ADD and DEL take, beside other programs that do the like, in throw-away network namespaces: see README.md. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { burst } from './burst.ts'
import { contestants, pluginOf } from './contestants.ts'
import { fetchDebian } from './debian.ts'
import { growth } from './growth.ts'
import { compile } from './launcher.ts'
import { existing, first, load } from './one-container.ts'
import type { Part, Titled } from './part.ts'
import { machine, type Report, tableLines } from './report.ts'
import { start } from './start.ts'
import { targetLines } from './targets.ts'

const parts: Readonly<Record<string, Part>> = { start, existing, load, first, burst, growth }

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '25' },
    burst: { type: 'string', default: '60' },
    endpoints: { type: 'string', default: '1000' },
    only: { type: 'string', default: Object.keys(parts).join(',') },
    plugin: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
  },
})
const rounds = countOf('rounds', values.rounds, 100_000)
const sizes = {
  rounds,
  burst: countOf('burst', values.burst, 200),
  endpoints: countOf('endpoints', values.endpoints, 1000),
}
const chosen = values.only.split(',').map((name) => {
  const part = parts[name]
  if (part === undefined) throw new Error(`--only ${name}: expected some of ${Object.keys(parts)}`)
  return part
})
const named = values.plugin.map(pluginOf)

const directory = mkdtempSync(join(tmpdir(), 'vpc-bridge-bench-'))
const tables: Record<string, Titled> = {}
const { processors, kernel } = machine()
say([`${processors}, Linux ${kernel}; medians of ${rounds} rounds (of a fifth where it takes long), quartiles`])
try {
  const programs = await compile(directory)
  const debian = await fetchDebian()
  const setting = { programs, debian, contestants: contestants(debian, named), ...sizes }
  for (const part of chosen) {
    for (const [name, titled] of Object.entries(await part(setting))) {
      tables[name] = titled
      say(tableLines(titled))
    }
  }
} finally {
  rmSync(directory, { recursive: true })
}
say(targetLines(tables))
const report: Report = { date: new Date().toISOString(), machine: machine(), tables }
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`)

function countOf(option: string, text: string, most: number): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0
  if (count < 1 || count > most) throw new Error(`--${option} ${text}: expected a number from 1 to ${most}`)
  return count
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
