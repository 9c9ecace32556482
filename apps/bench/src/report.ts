import { cpus, release } from 'node:os'
import { floor } from './floor.ts'
import type { Titled } from './part.ts'

/** What a run tells, as `--json` writes it. */
export interface Report {
  readonly date: string
  readonly machine: { readonly processors: string; readonly kernel: string }
  readonly tables: Readonly<Record<string, Titled>>
}

export function machine(): Report['machine'] {
  const [first] = cpus()
  return { processors: `${cpus().length} × ${first?.model ?? 'unknown'}`, kernel: release() }
}

/** A table for people: medians with quartiles, and how many times that of the floor, or else of the first row, they are. */
export function tableLines({ title, table }: Titled): readonly string[] {
  const names = Object.keys(table)
  const columns = [...new Set(Object.values(table).flatMap(Object.keys))]
  const width = Math.max(...names.map((name) => name.length))
  const base = floor.name in table ? floor.name : names[0]
  const cell = (name: string, column: string): string => {
    const summary = table[name]?.[column]
    if (summary === undefined) return ''
    const { median, lower, upper } = summary
    const quartiles = lower === upper ? '' : ` (${number(lower)}–${number(upper)})`
    return `${number(median)}${quartiles}  ×${(median / (table[base ?? name]?.[column]?.median ?? Number.NaN)).toFixed(2)}`
  }
  const line = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(width)}  ${cells.map((text) => text.padEnd(30)).join('')}`.trimEnd()
  return [
    '',
    `${title}; × ${base}`,
    line('', columns),
    ...names.map((name) =>
      line(
        name,
        columns.map((column) => cell(name, column)),
      ),
    ),
  ]
}

function number(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0)
}
