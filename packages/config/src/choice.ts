import { type Document, optional } from './document.ts'

/**
 * Reads a text that is one of a few.
 *
 * @param choices the first of them is meant where it is left out, or wrong and noted so
 */
export function choiceOf<const T extends readonly [string, ...string[]]>(
  document: Document,
  key: string,
  choices: T,
): T[number] {
  const expected = choices.map((each) => `"${each}"`).join(' or ')
  const [first] = choices
  return optional(document, key, expected, (text) => choices.find((each) => each === text)) ?? first
}
