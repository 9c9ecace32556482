import { quote } from './quote.ts'

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** Where, from the top of the document: `ipAddresses[1]`; empty for the document itself. */
  readonly path: string
  /** What is there; `undefined` when nothing is. */
  readonly found: unknown
  /** Which values would be right, as a noun phrase. */
  readonly expected: string
}

/**
 * One line for people: `ipAddresses[1]: found "10.0.0.300/8", expected an address with …`.
 *
 * @returns at most about 80 characters of the document, none of them invisible
 */
export function describeProblem({ path, found, expected }: ConfigProblem): string {
  const where = path === '' ? 'the configuration' : path
  return found === undefined
    ? `${where} is missing, expected ${expected}`
    : `${where}: found ${quote(found)}, expected ${expected}`
}
