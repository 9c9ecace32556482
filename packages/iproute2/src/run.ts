import type { NetworkOperation } from '@vpc-bridge/kernel'
import { type ChildEnd, programPath, type Runtime } from '@vpc-bridge/runtime'
import { err, errAsync, ok, type Result, ResultAsync } from 'neverthrow'
import { commandLine, commandOf } from './command-line.ts'
import { type Failure, failureOf } from './failure.ts'

/** The time after which a child process is killed and its operation fails with ETIMEDOUT. */
const childTimeoutMs = 30_000

/** The routes or neighbours of the largest hosts; more than that fails with EFBIG. */
const outputLimitBytes = 256 * 1024 * 1024

/** The most times that a list is asked for again because it changed while `ip` read it, which happens on a busy host. */
const mostRepetitions = 100

/** A path, which has 4,096 bytes at most, with an option before it. */
const longestWord = 5000

/** Debian's packages of the programs that this driver runs. */
const packages: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  nsenter: 'util-linux',
}

/** Runs a program with its arguments, and gives its standard output. */
export type Run = (words: readonly string[]) => ResultAsync<string, Failure>

/**
 * Runs programs without a shell, in the C locale. `ip` shows a list that changed while it was read as if it were complete, but
 * for a word on its standard error: it is run again.
 *
 * @param timeoutMs how long each may take
 */
export function createRun(
  { environment, runChild }: Pick<Runtime, 'environment' | 'runChild'>,
  timeoutMs = childTimeoutMs,
): Run {
  return (words) => {
    const [program = '', ...args] = words
    if (words.some((word) => word.includes('\0'))) {
      return errAsync({ errno: 'EINVAL', message: `an argument of ${program} contains a null character` })
    }
    // `ip` itself lets the length of an attribute overflow.
    if (words.some((word) => word.length > longestWord)) {
      return errAsync({ errno: 'EINVAL', message: `an argument of ${program} is longer than anything it may be` })
    }
    const once = () =>
      runChild(program, args, {
        directory: '/',
        environment: { LC_ALL: 'C', PATH: programPath(environment) },
        timeoutMs,
        outputLimitBytes,
      })
    return new ResultAsync(untilConsistent(once).then((end) => outputOf(words, end, timeoutMs)))
  }
}

/** Has `ip` perform an operation. */
export function command(operation: NetworkOperation, run: Run): ResultAsync<void, Failure> {
  return run(commandOf(operation)).map(() => undefined)
}

async function untilConsistent(once: () => Promise<ChildEnd>): Promise<ChildEnd> {
  for (let repetition = 0; ; repetition += 1) {
    const end = await once()
    // Words of libnetlink.c in iproute2.
    const isInconsistent = end.kind === 'exited' && end.code === 0 && /^Dump was interrupted/m.test(end.stderr)
    if (!isInconsistent) return end
    if (repetition === mostRepetitions) return { ...end, code: 1 }
  }
}

function outputOf(words: readonly string[], end: ChildEnd, timeoutMs: number): Result<string, Failure> {
  const [program = ''] = words
  switch (end.kind) {
    case 'exited':
      return end.code === 0 ? ok(end.stdout) : err(failureOfExit(words, end.code, end.stderr))
    case 'killed':
      return err({ errno: 'EINTR', message: `${commandLine(words)} was ended by ${end.signal}` })
    case 'not started':
      return err(end.errno === 'ENOENT' ? missing(program) : end)
    case 'timed out':
      return err({
        errno: 'ETIMEDOUT',
        message: `${commandLine(words)} was killed: it took longer than ${timeoutMs} ms`,
      })
    case 'too much output':
      return err({ errno: 'EFBIG', message: `${commandLine(words)} was killed: it wrote more than 256 MiB` })
    case 'interrupted':
      return err({ errno: 'EINTR', message: `${commandLine(words)} was interrupted by ${end.reason}` })
  }
}

function failureOfExit(words: readonly string[], code: number, stderr: string): Failure {
  // Exit status and words of nsenter(1) when the program that it is to start is missing.
  const inside = code === 127 ? /failed to execute (\S+): No such file/.exec(stderr)?.[1] : undefined
  if (inside !== undefined) return missing(inside)
  if (stderr.trim() !== '') return failureOf(stderr)
  return { errno: 'EIO', message: `${commandLine(words)} ended with exit code ${code}, without a word` }
}

function missing(program: string): Failure {
  const from = packages[program]
  const hint = from === undefined ? '' : `; install the package ${from} (Debian: apt-get install ${from})`
  return { errno: 'ENOPKG', message: `the program ${program} is not there${hint}` }
}
