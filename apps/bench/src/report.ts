import { cpus, release } from 'node:os'
import type { Footprint } from './parts.ts'
import type { Table } from './statistics.ts'

/** What a run tells, as `--json` writes it. */
export interface Report {
  readonly date: string
  readonly machine: { readonly processors: string; readonly kernel: string }
  readonly parts: Readonly<Record<string, Table>>
  readonly footprints?: Readonly<Record<string, Footprint>>
}

export function machine(): Report['machine'] {
  const [first] = cpus()
  return { processors: `${cpus().length} × ${first?.model ?? 'unknown'}`, kernel: release() }
}

/** A table for people: medians with quartiles, and how many times that of the first row they are. */
export function tableLines(title: string, table: Table): readonly string[] {
  const rows = Object.entries(table)
  const columns = [...new Set(rows.flatMap(([, cells]) => Object.keys(cells)))]
  const width = Math.max(...rows.map(([name]) => name.length))
  const [first] = rows
  const cell = (name: string, column: string): string => {
    const summary = table[name]?.[column]
    if (summary === undefined) return ''
    const base = first?.[1][column]?.median ?? Number.NaN
    const { median, lower, upper } = summary
    return `${median.toFixed(1)} ms (${lower.toFixed(1)}–${upper.toFixed(1)})  ×${(median / base).toFixed(2)}`
  }
  const wide = (text: string) => text.padEnd(34)
  return [
    '',
    title,
    `  ${''.padEnd(width)}  ${columns.map(wide).join('')}`.trimEnd(),
    ...rows.map(([name]) =>
      `  ${name.padEnd(width)}  ${columns.map((column) => wide(cell(name, column))).join('')}`.trimEnd(),
    ),
  ]
}

export function footprintLines(footprints: Readonly<Record<string, Footprint>>): readonly string[] {
  const width = Math.max(...Object.keys(footprints).map((name) => name.length))
  return [
    '',
    'size of the file, and peak memory of an ADD',
    ...Object.entries(footprints).map(([name, { file, memory }]) => {
      const peak = memory === undefined ? 'GNU time is not installed' : `${(memory / 1024).toFixed(1)} MiB`
      return `  ${name.padEnd(width)}  ${(file / 2 ** 20).toFixed(1).padStart(6)} MiB   ${peak}`
    }),
  ]
}
