import type { Titled } from './part.ts'

/** A number of ours that is to be reached, and what it is held against: a number, or so many times that of another row. */
interface Target {
  readonly table: string
  readonly row: string
  readonly column: string
  readonly most: number | { readonly times: number; readonly row: string }
}

const alone = 'vpc-bridge'
const withHostLocal = 'vpc-bridge + host-local'

const targets: readonly Target[] = [
  { table: 'start', row: alone, column: 'files MiB', most: 1.5 },
  { table: 'start', row: alone, column: 'VERSION ms', most: { times: 1.5, row: 'ip -batch' } },
  { table: 'existing', row: alone, column: 'memory MiB', most: 4 },
  { table: 'existing', row: alone, column: 'ADD ms', most: { times: 1, row: 'bridge + static' } },
  { table: 'existing', row: alone, column: 'ADD ms', most: { times: 1, row: 'netavark' } },
  { table: 'existing', row: alone, column: 'ADD ms', most: { times: 1.2, row: 'ip -batch' } },
  { table: 'existing', row: withHostLocal, column: 'ADD ms', most: { times: 1, row: 'bridge + host-local' } },
  { table: 'existing', row: alone, column: 'DEL ms', most: { times: 1.1, row: 'ip -batch' } },
  { table: 'burst', row: alone, column: 'ADDs ms', most: { times: 0.5, row: 'bridge + static' } },
  { table: 'burst', row: alone, column: 'ADDs ms', most: { times: 1.2, row: 'ip -batch' } },
  { table: 'burst', row: withHostLocal, column: 'ADDs ms', most: { times: 1, row: 'bridge + host-local' } },
  {
    table: 'growth L3',
    row: 'vpc-bridge, many there',
    column: 'ADD ms',
    most: { times: 1.1, row: 'vpc-bridge, one there' },
  },
  {
    table: 'growth L3',
    row: 'vpc-bridge, many there',
    column: 'round trip µs',
    most: { times: 1.1, row: 'vpc-bridge, one there' },
  },
  {
    table: 'growth L2',
    row: 'vpc-bridge, L2, many there',
    column: 'round trip µs',
    most: { times: 1.1, row: 'vpc-bridge, L2, one there' },
  },
]

/** Which numbers are reached, of those that were measured. */
export function targetLines(tables: Readonly<Record<string, Titled>>): readonly string[] {
  const lines = targets.flatMap(({ table, row, column, most }) => {
    const rows = tables[table]?.table
    const found = rows?.[row]?.[column]?.median
    const limit = typeof most === 'number' ? most : most.times * (rows?.[most.row]?.[column]?.median ?? Number.NaN)
    if (found === undefined || Number.isNaN(limit)) return []
    const against = typeof most === 'number' ? '' : ` (${most.times} × ${most.row})`
    return [
      `  ${found <= limit ? '✓' : '✗'} ${table}, ${row}: ${column} ${found.toFixed(2)} ≤ ${limit.toFixed(2)}${against}`,
    ]
  })
  return lines.length === 0 ? [] : ['', 'to reach', ...lines]
}
