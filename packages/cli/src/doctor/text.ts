import { bold, cyan, dim, green, red, yellow } from '../command-line/style.ts'
import type { Diagnosis, State } from './model.ts'

const marks: Readonly<Record<State, string>> = { there: green('✓'), missing: red('✗'), unknown: yellow('?') }

/** How wide the first column is, in characters. */
const width = 24

/** Returns a diagnosis for people: what was looked for, then a verdict for each mode. */
export function diagnosisLines({ findings, modes }: Diagnosis): readonly string[] {
  const list = (ids: readonly string[]) =>
    findings
      .filter(({ id }) => ids.includes(id))
      .map(({ what }) => what)
      .join(', ')
  return [
    ...findings.flatMap(({ what, state, found, remedy }) => [
      `${marks[state]} ${what.padEnd(width)}${dim(found)}`,
      ...(remedy === undefined ? [] : [`    ${cyan('next:')} ${remedy}`]),
    ]),
    '',
    ...modes.map(({ mode, state, lacks, unclear }) => {
      const verdict = [
        ...(lacks.length === 0 ? [] : [`lacks ${list(lacks)}`]),
        ...(unclear.length === 0 ? [] : [`could not find out about ${list(unclear)}`]),
      ]
      const words = verdict.length === 0 ? 'this host has all that it needs' : verdict.join('; ')
      return `${marks[state]} ${bold(mode.padEnd(width))}${words}`
    }),
  ]
}
