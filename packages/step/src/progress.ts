import type { Reverted } from './step.ts'

/** An event of a walk. */
export type Progress<E> =
  | { readonly type: 'started'; readonly step: string }
  | { readonly type: 'applied'; readonly step: string; readonly changed: boolean }
  | { readonly type: 'reverted'; readonly step: string; readonly outcome: Reverted }
  | { readonly type: 'failed'; readonly step: string; readonly cause: E }
  | { readonly type: 'interrupted' }
  | { readonly type: 'undone'; readonly what: string }
  | { readonly type: 'left'; readonly what: string }
  | { readonly type: 'undo failed'; readonly what: string; readonly cause: E }

/** Called for each event of a walk. Must not throw. */
export type Observe<E> = (event: Progress<E>) => void
