/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** Where, from the top of the document: `ipAddresses[1]`; empty for the document itself. */
  readonly path: string
  /** What is there; `undefined` when nothing is. */
  readonly found: unknown
  /** Which values would be right, as a noun phrase. */
  readonly expected: string
}

/** The longest piece of a document that is repeated in a message, in characters. */
const longest = 80

/** One line for people: `ipAddresses[1]: found "10.0.0.300/8", expected an address with …`. */
export function describeProblem({ path, found, expected }: ConfigProblem): string {
  const where = path === '' ? 'the configuration' : path
  return found === undefined
    ? `${where} is missing, expected ${expected}`
    : `${where}: found ${quote(found)}, expected ${expected}`
}

/** A value as JSON, which shows control characters by their numbers, cut to a readable length. */
function quote(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value)
  const printable = json.replaceAll(/[\u007f-\u009f\u2028\u2029]/g, escaped)
  return printable.length > longest ? `${printable.slice(0, longest)}…` : printable
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
