import { execa } from 'execa'
import { err, ok, ResultAsync } from 'neverthrow'

/** Runs a command; returns what it wrote, or in one line why it failed. */
export function run(
  command: readonly [string, ...string[]],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): ResultAsync<string, string> {
  const [program, ...args] = command
  const ended = execa(program, args, { ...options, reject: false, stdin: 'ignore' })
  return ResultAsync.fromSafePromise(ended).andThen(({ failed, stdout, stderr, shortMessage }) =>
    failed ? err([shortMessage, ...stderr.split('\n')].join(' ').trim()) : ok(stdout),
  )
}
