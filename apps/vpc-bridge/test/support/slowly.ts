import { readFile } from 'node:fs/promises'

/** Makes the command after it take a second where it has something written to the disk: longer than it takes to see that. */
export const slowly = [
  'strace',
  '-f',
  '-o',
  '/dev/null',
  '-e',
  'trace=fsync',
  '-e',
  'inject=fsync:delay_enter=1s',
] as const

/** The number of the child of the child … of a process. */
export async function innermost(pid: number): Promise<number> {
  const child = Number(await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'))
  return child === 0 ? pid : innermost(child)
}
