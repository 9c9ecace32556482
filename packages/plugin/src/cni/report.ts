import type { Outcome } from '@vpc-bridge/cni'
import type { Runtime } from '@vpc-bridge/runtime'

/** Writes an outcome; returns the exit code, which is 1 as well if the standard output cannot take it. */
export function report({ stdout, stderr, exitCode }: Outcome, { files: { write } }: Pick<Runtime, 'files'>): number {
  write(2, stderr)
  return write(1, stdout) ? exitCode : 1
}
