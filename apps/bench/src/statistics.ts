/** What became of repeated measurements. */
export interface Summary {
  readonly rounds: number
  readonly median: number
  /** The quartiles. */
  readonly lower: number
  readonly upper: number
}

export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((one, other) => one - other)
  return { rounds: sorted.length, median: at(sorted, 0.5), lower: at(sorted, 0.25), upper: at(sorted, 0.75) }
}

/** Between two samples it is in proportion. */
function at(sorted: readonly number[], part: number): number {
  const position = (sorted.length - 1) * part
  const [below = Number.NaN, above = below] = sorted.slice(Math.floor(position))
  return below + (above - below) * (position % 1)
}

/** Summaries by row and column; the name of a column ends with its unit. */
export type Table = Readonly<Record<string, Readonly<Record<string, Summary>>>>

/** Collects samples by row and column, in the order in which they first come. */
export function collect() {
  const rows = new Map<string, Map<string, number[]>>()
  return {
    note: (row: string, samples: Readonly<Record<string, number>>) => {
      const columns = rows.get(row) ?? new Map<string, number[]>()
      rows.set(row, columns)
      for (const [column, sample] of Object.entries(samples)) {
        columns.set(column, [...(columns.get(column) ?? []), sample])
      }
    },
    table: (): Table =>
      Object.fromEntries(
        [...rows].map(([row, columns]) => [
          row,
          Object.fromEntries([...columns].map(([column, samples]) => [column, summarize(samples)])),
        ]),
      ),
  }
}
