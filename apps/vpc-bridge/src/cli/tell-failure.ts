import { toCniError } from '../cni-error.ts'
import type { Failure } from '../failure.ts'
import { exitCodes, type Terminal } from './terminal.ts'
import { failureLines } from './view.ts'

/** Tells why a command failed: people on the standard error, programs as the CNI protocol does. Returns the exit code. */
export function tellFailure(
  failure: Failure,
  { print, printError, asJson }: Pick<Terminal, 'print' | 'printError'> & { readonly asJson: boolean },
): number {
  if (asJson) print(JSON.stringify(toCniError(failure)))
  for (const line of failureLines(failure)) printError(line)
  return exitCodes.failed
}
