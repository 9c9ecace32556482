import { exitCodes, type Terminal } from '@vpc-bridge/cli'
import { type Failure, hintFor, toCniError } from '../failure.ts'
import { failureLines } from './view.ts'

/**
 * Tells why a command failed: people on the standard error, programs as the CNI protocol does. Returns the exit code.
 *
 * @param hint what to type next, if the command knows better than the failure
 */
export function tellFailure(
  failure: Failure,
  { asJson, ...terminal }: Terminal & { readonly asJson: boolean },
  hint = hintFor(failure, terminal.program),
): number {
  if (asJson) terminal.print(JSON.stringify(toCniError(failure)))
  for (const line of failureLines(failure, hint)) terminal.printError(line)
  return failure.kind === 'wrong configuration' ? exitCodes.usage : exitCodes.failed
}
