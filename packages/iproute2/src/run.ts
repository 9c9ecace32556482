import { execa } from 'execa'
import { err, errAsync, ok, ResultAsync } from 'neverthrow'
import { commandLine } from './command-line.ts'
import { type Failure, failureOf } from './failure.ts'

/** How long a child process may take, in milliseconds, before it is killed and its operation fails with ETIMEDOUT. */
const CHILD_TIME_LIMIT = 30_000

/** A path, which has 4,096 bytes at most, with an option before it. */
const longestWord = 5000

/** Where the programs are on every distribution, whatever the PATH of this process, which may be unset. */
const STANDARD_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Debian's packages of the programs that this driver runs. */
const packages: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  nsenter: 'util-linux',
  cat: 'coreutils',
  tee: 'coreutils',
  true: 'coreutils',
  flock: 'util-linux',
}

/**
 * Runs a program, without a shell, in the C locale, and gives its standard output.
 *
 * @param words the program and its arguments
 * @param input its standard input
 * @param limit how long it may take, in milliseconds
 */
export function run(words: readonly string[], input = '', limit = CHILD_TIME_LIMIT): ResultAsync<string, Failure> {
  const [program = '', ...args] = words
  if (words.some((word) => word.includes('\0'))) {
    return errAsync({ errno: 'EINVAL', message: `an argument of ${program} contains a null character` })
  }
  // `ip` itself lets the length of an attribute overflow.
  if (words.some((word) => word.length > longestWord)) {
    return errAsync({ errno: 'EINVAL', message: `an argument of ${program} is longer than anything it may be` })
  }
  const child = execa(program, args, { ...manners(), input, stripFinalNewline: false, timeout: limit })
  return ResultAsync.fromSafePromise(child).andThen((ended) =>
    ended.failed ? err(explain(words, ended, limit)) : ok(ended.stdout),
  )
}

/**
 * How every child process is run. It is in a process group of its own: a Ctrl-C that ends a person's command must not end
 * an operation half-way.
 */
export function manners() {
  const { PATH: path } = process.env
  return {
    cwd: '/',
    detached: true,
    env: { LC_ALL: 'C', PATH: path ? `${path}:${STANDARD_PATH}` : STANDARD_PATH },
    extendEnv: false,
    killSignal: 'SIGKILL',
    reject: false,
  } as const
}

/** How a child process ended. */
interface Ended {
  readonly code?: string | undefined
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
  readonly timedOut: boolean
  readonly stderr: string
  readonly shortMessage?: string | undefined
}

/** Why a child process did not do what it was to do. */
export function explain(words: readonly string[], ended: Ended, limit: number): Failure {
  const [program = ''] = words
  if (ended.timedOut) {
    return { errno: 'ETIMEDOUT', message: `${commandLine(words)} was killed: it took longer than ${limit} ms` }
  }
  if (ended.code === 'ENOENT') return missing(program)
  // Exit status and words of nsenter(1) when the program that it is to start is missing.
  const inside = ended.exitCode === 127 ? /failed to execute (\S+): No such file/.exec(ended.stderr)?.[1] : undefined
  if (inside !== undefined) return missing(inside)
  if (ended.stderr.trim() !== '') return failureOf(ended.stderr)
  const message = ended.shortMessage ?? `${commandLine(words)} failed without a word`
  return { errno: ended.code ?? (ended.signal === undefined ? 'EIO' : 'EINTR'), message }
}

function missing(program: string): Failure {
  const from = packages[program]
  const hint = from === undefined ? '' : `; install the package ${from} (Debian: apt-get install ${from})`
  return { errno: 'ENOPKG', message: `the program ${program} is not there${hint}` }
}
