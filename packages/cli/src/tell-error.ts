import { type CniError, errorCodes } from '@vpc-bridge/cni'
import { type ConfigProblem, describeProblem } from '@vpc-bridge/config'
import { type EngineFailure, engineErrors, errorTable } from '@vpc-bridge/plugin'
import { cyan, red } from './command-line/style.ts'
import { exitCodes, type Terminal } from './terminal.ts'

/** A terminal, and the form of what is told. */
export type Telling = Terminal & { readonly asJson: boolean }

/**
 * Tells why a command failed: people on the standard error, programs as the CNI protocol does. Returns the exit code.
 *
 * @param hint what to type next, if the command knows better than the error
 */
export function tellError(error: CniError, { asJson, print, printError }: Telling, hint = error.details): number {
  if (asJson) print(JSON.stringify(error))
  for (const line of errorLines([error.msg], hint)) printError(line)
  return exitCodes.failed
}

/** Returns a failure of the engine as the CNI protocol reports it, with hints that call this program as a person does. */
export function toCniError(failure: EngineFailure, { program }: Pick<Terminal, 'program'>): CniError {
  return errorTable(engineErrors, program).toCniError(failure)
}

/** Tells all that is wrong with a configuration. Returns the exit code. */
export function tellProblems(problems: readonly ConfigProblem[], { asJson, print, printError }: Telling): number {
  const lines = problems.map(describeProblem)
  if (asJson) print(JSON.stringify({ code: errorCodes.invalidConfiguration, msg: lines.join('; ') }))
  for (const line of errorLines(lines)) printError(line)
  return exitCodes.usage
}

/** Returns what went wrong, line by line, and what to type next. */
export function errorLines(messages: readonly string[], hint?: string): readonly string[] {
  return [
    ...messages.map((message) => `${red('error:')} ${message}`),
    ...(hint === undefined ? [] : [`${cyan('next:')} ${hint}`]),
  ]
}
