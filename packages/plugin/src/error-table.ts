import type { CniError } from '@vpc-bridge/cni'

/** Everything that is said of one kind of failure. */
interface ErrorRow<F> {
  readonly code: number | ((failure: F) => number)
  /** The failure in one line: what failed, on what, why. */
  readonly text: (failure: F) => string
  /** What to do about it. */
  readonly hint?: (failure: F) => string | undefined
}

/** A row for each kind. */
export type ErrorRows<F extends { readonly kind: string }> = {
  readonly [K in F['kind']]: ErrorRow<Extract<F, { readonly kind: K }>>
}

/** Returns a failure as the CNI protocol reports it. */
export function toCniError<F extends { readonly kind: string }>(rows: ErrorRows<F>, failure: F): CniError {
  // A row takes the failures of its own kind: that the two belong together TypeScript cannot see.
  const { code, text, hint } = rows[failure.kind as F['kind']] as ErrorRow<F>
  const details = hint?.(failure)
  return {
    code: typeof code === 'number' ? code : code(failure),
    msg: text(failure),
    ...(details === undefined ? {} : { details }),
  }
}
