import type { Files, Runtime } from '@vpc-bridge/runtime'

/* Looks of texts on a terminal (SGR of ECMA-48). Those that end by the same code do not nest. */
export const bold = look(1, 22)
export const dim = look(2, 22)
export const red = look(31, 39)
export const green = look(32, 39)
export const yellow = look(33, 39)
export const cyan = look(36, 39)

function look(begin: number, end: number) {
  return (text: string) => `\u001b[${begin}m${text}\u001b[${end}m`
}

/** Returns a text without its looks, for whatever is no terminal. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: looks are control sequences
  return text.replaceAll(/\u001b\[\d+m/g, '')
}

/**
 * Decides whether an open file is to have looks: a terminal is, unless NO_COLOR or TERM say otherwise; FORCE_COLOR decides
 * alone.
 *
 * @see https://no-color.org, https://force-color.org
 */
export function hasLooks(
  { environment, files }: Pick<Runtime, 'environment'> & { readonly files: Pick<Files, 'isTerminal'> },
  descriptor: number,
): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no = '', TERM: term = '' } = environment
  if (force !== undefined) return ['', '1', '2', '3', 'true'].includes(force)
  return no === '' && term !== '' && term !== 'dumb' && files.isTerminal(descriptor)
}
