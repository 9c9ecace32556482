import { engineErrors } from '../errors/engine-errors.ts'
import { type ErrorTable, errorTable } from '../errors/error-table.ts'
import type { Failure } from '../errors/failure.ts'
import { type RecordFormat, recordFormat } from '../records/record.ts'
import type { Definition, OwnFailure } from './definition.ts'

/** A definition with what the engine makes of it once. */
export interface Engine<C, V, F extends OwnFailure> {
  readonly plugin: Definition<C, V, F>
  readonly format: RecordFormat
  readonly errors: ErrorTable<Failure | F>
}

export function engineOf<C, V, F extends OwnFailure>(plugin: Definition<C, V, F>): Engine<C, V, F> {
  const { type, errors } = plugin
  // A definition without errors has no failures of its own: F is never.
  const table = errors ?? (errorTable<Failure>(engineErrors, type) as ErrorTable<Failure | F>)
  return { plugin, format: recordFormat(type), errors: table }
}
