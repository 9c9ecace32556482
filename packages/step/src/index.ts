export { type ApplyError, type ApplyOptions, apply, type Rollback } from './apply.ts'
export {
  type DryRun,
  type DryRunError,
  type DryRunStep,
  dryRun,
} from './dry-run.ts'
export type { Observe, Progress } from './progress.ts'
export { onlyReverted, revertedIf } from './restricted.ts'
export { type RevertError, type RevertOptions, revert } from './revert.ts'
export type { RecordUndo, Reverted, Step, Undo, Undone } from './step.ts'
export { takingAlong } from './taking-along.ts'
