import type { Files } from './files.ts'

/**
 * Finds a program: the first regular file of the name that may be executed.
 *
 * @param path the directories to look in, separated by colons as in PATH, or as a list; empty ones are passed over
 * @returns its path; `undefined` if there is none
 */
export function findExecutable(
  { access, stat }: Pick<Files, 'access' | 'stat'>,
  name: string,
  path: string | readonly string[],
): string | undefined {
  const directories = typeof path === 'string' ? path.split(':') : path
  return directories
    .filter((directory) => directory !== '')
    .map((directory) => `${directory}/${name}`)
    .find((file) => access(file, 'execute').isOk() && stat(file).unwrapOr(undefined)?.kind === 'file')
}
