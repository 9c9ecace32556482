import { execa } from 'execa'

/** The commit that is checked out, short, with a mark if there are changes to it; `unknown` outside a repository. */
export async function commit(): Promise<string> {
  const { exitCode, stdout } = await execa({ reject: false })('git', ['describe', '--always', '--dirty', '--exclude=*'])
  return exitCode === 0 ? stdout : 'unknown'
}
