import type { KernelError } from '@vpc-bridge/kernel'
import type { Observe } from '@vpc-bridge/step'
import type { Waiting } from './lock.ts'

/** How a command is carried out. An interruption makes the running step of an ADD the last one, and rolls back. */
export interface WalkOptions extends Waiting {
  readonly observe?: Observe<KernelError>
  /** The record is not completed: an ADD with the addresses follows. */
  readonly leaveUnfinished?: true
}
