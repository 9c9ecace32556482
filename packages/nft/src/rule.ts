import type { Json } from './output.ts'

/** A rule, twice: as data, and as people write it. */
export interface Rule {
  readonly expr: readonly Json[]
  readonly text: string
}

export function payload(protocol: string, field: string): Json {
  return { payload: { protocol, field } }
}

export function equals(left: Json, right: unknown): Json {
  return { match: { op: '==', left, right } }
}
