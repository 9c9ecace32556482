import { styleText } from 'node:util'
import type { Diagnosis, FindingId, State } from './model.ts'

const marks: Readonly<Record<State, string>> = { there: '✓', missing: '✗', unknown: '?' }
const colours = { there: 'green', missing: 'red', unknown: 'yellow' } as const

/** How wide the first column is, in characters. */
const width = 24

/** A diagnosis for people: what was looked for, then a verdict for each mode. */
export function diagnosisLines({ findings, modes }: Diagnosis): readonly string[] {
  const list = (ids: readonly FindingId[]) =>
    findings
      .filter(({ id }) => ids.includes(id))
      .map(({ what }) => what)
      .join(', ')
  return [
    ...findings.flatMap(({ what, state, found, remedy }) => [
      `${mark(state)} ${what.padEnd(width)}${styleText('dim', found)}`,
      ...(remedy === undefined ? [] : [`    ${styleText('cyan', 'next:')} ${remedy}`]),
    ]),
    '',
    ...modes.map(({ mode, state, lacks, unclear }) => {
      const verdict = [
        ...(lacks.length === 0 ? [] : [`lacks ${list(lacks)}`]),
        ...(unclear.length === 0 ? [] : [`could not find out about ${list(unclear)}`]),
      ]
      const words = verdict.length === 0 ? 'this host has all that it needs' : verdict.join('; ')
      return `${mark(state)} ${styleText('bold', mode.padEnd(width))}${words}`
    }),
  ]
}

function mark(state: State): string {
  return styleText(colours[state], marks[state])
}
