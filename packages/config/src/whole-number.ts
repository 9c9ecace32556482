import { type Document, isLeftOut } from './document.ts'

/** The range of a number. */
export interface NumberRange {
  /** In words, such as `the number of a VLAN`. */
  readonly what: string
  readonly least: number
  readonly most: number
  /** Set if it must be there. */
  readonly isNeeded?: boolean
}

/**
 * Reads a whole number, which may be written as a text.
 *
 * @returns `undefined` when it is left out, or wrong and noted so
 */
export function wholeNumberOf(
  document: Document,
  key: string,
  { what, least, most, isNeeded = false }: NumberRange,
): number | undefined {
  if (!isNeeded && isLeftOut(document, key)) return undefined
  const found = document.at(key)
  const number = typeof found === 'string' && /^\d{1,10}$/.test(found) ? Number(found) : found
  if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) return number
  document.problems.push({ path: document.path + key, found, expected: `${what}: from ${least} to ${most}` })
  return undefined
}
