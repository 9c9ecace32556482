import type { CniError } from '@vpc-bridge/cni'

/** Everything that is said of one kind of failure. */
interface ErrorRow<F> {
  readonly code: number | ((failure: F) => number)
  /** The failure in one line: what failed, on what, why. */
  readonly text: (failure: F) => string
  /** What to do about it; `program` is how a person calls this one. */
  readonly hint?: (failure: F, program: string) => string | undefined
}

/** A row for each kind. */
export type ErrorRows<F extends { readonly kind: string }> = {
  readonly [K in F['kind']]: ErrorRow<Extract<F, { readonly kind: K }>>
}

/** What can be said of failures by a table. */
export interface ErrorTable<F> {
  /** Returns a failure in one line. */
  readonly describe: (failure: F) => string
  /** Returns what to type next, where there is something to type. */
  readonly hintFor: (failure: F, program?: string) => string | undefined
  /** Returns a failure as the CNI protocol reports it. */
  readonly toCniError: (failure: F, program?: string) => CniError
}

/**
 * Makes a table of its rows.
 *
 * @param defaultProgram how a person calls the program, if a hint is not told
 */
export function errorTable<F extends { readonly kind: string }>(
  rows: ErrorRows<F>,
  defaultProgram: string,
): ErrorTable<F> {
  // A row takes the failures of its own kind: that the two belong together TypeScript cannot see.
  const rowOf = ({ kind }: F) => rows[kind as F['kind']] as ErrorRow<F>
  const describe = (failure: F) => rowOf(failure).text(failure)
  const hintFor = (failure: F, program = defaultProgram) => rowOf(failure).hint?.(failure, program)
  const toCniError = (failure: F, program?: string) => {
    const { code } = rowOf(failure)
    const details = hintFor(failure, program)
    return {
      code: typeof code === 'number' ? code : code(failure),
      msg: describe(failure),
      ...(details === undefined ? {} : { details }),
    }
  }
  return { describe, hintFor, toCniError }
}
