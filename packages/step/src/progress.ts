/** What a walk tells its observer, as it happens. Durations are in milliseconds. */
export type Progress<E> =
  | { readonly type: 'started'; readonly step: string }
  | { readonly type: 'applied'; readonly step: string; readonly changed: boolean; readonly duration: number }
  | { readonly type: 'reverted'; readonly step: string; readonly found: boolean; readonly duration: number }
  | { readonly type: 'failed'; readonly step: string; readonly cause: E; readonly duration: number }
  | { readonly type: 'interrupted' }
  | { readonly type: 'undone'; readonly what: string; readonly duration: number }
  | { readonly type: 'undo failed'; readonly what: string; readonly cause: E; readonly duration: number }

/** Called for each event of a walk. Must not throw. */
export type Observe<E> = (event: Progress<E>) => void
