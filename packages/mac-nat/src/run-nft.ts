import type { TranslatorFailure, TranslatorNetns } from '@vpc-bridge/kernel'
import { err, ok, type Result, ResultAsync } from 'neverthrow'

/** In milliseconds, before it is killed. */
const timeLimit = 30_000

/** Where programs are on every distribution, whatever the PATH of this process, which may be unset. */
const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Has `nft` perform commands in a namespace, all of them or none: without a shell, in the C locale.
 *
 * @param commands as libnftables-json(5) has them
 * @returns its standard output. Errors: ENOPKG when it is not installed, ETIMEDOUT when it hangs, what it says itself
 */
export function runNft(netns: TranslatorNetns, commands: readonly object[]): ResultAsync<string, TranslatorFailure> {
  return new ResultAsync(execute(netns, commands))
}

async function execute(
  { path, isOwn }: TranslatorNetns,
  commands: readonly object[],
): Promise<Result<string, TranslatorFailure>> {
  // Loaded when it is needed: most commands of a program that has this package do not.
  const { execa } = await import('execa')
  // Not on its standard input: nft opens /dev/stdin, which cannot be opened when it is a socket, as Node.js makes it.
  const nft = ['nft', '-j', JSON.stringify({ nftables: commands })]
  const [program, ...args] = [...(isOwn ? [] : ['nsenter', `--net=${path}`, '--']), ...nft]
  const { PATH: own } = process.env
  const ended = await execa(program ?? 'nft', args, {
    stdin: 'ignore',
    cwd: '/',
    // A Ctrl-C that ends a person's command must not end an operation half-way.
    detached: true,
    env: { LC_ALL: 'C', PATH: own ? `${own}:${standardPath}` : standardPath },
    extendEnv: false,
    killSignal: 'SIGKILL',
    reject: false,
    timeout: timeLimit,
  })
  if (!ended.failed) return ok(ended.stdout)
  if (ended.timedOut) return err({ errno: 'ETIMEDOUT', message: `nft was killed: it took longer than ${timeLimit} ms` })
  if (ended.code === 'ENOENT' && !isOwn) return err(missing('nsenter', 'util-linux'))
  // Exit status and words of nsenter(1) when the program that it is to start is missing.
  if (ended.code === 'ENOENT' || /failed to execute nft: No such file/.test(ended.stderr)) {
    return err(missing('nft', 'nftables'))
  }
  const message = ended.stderr.replace(/^\S*: Error: /, '').split('\n')[0] || ended.shortMessage || 'nft failed'
  return err({ errno: meanings.find(([words]) => ended.stderr.includes(words))?.[1] ?? 'EINVAL', message })
}

function missing(program: string, debianPackage: string): TranslatorFailure {
  const message = `the program ${program} is not there; install the package ${debianPackage} (Debian: apt-get install ${debianPackage})`
  return { errno: 'ENOPKG', message }
}

/** nft prints the text of the error number (strerror(3)). */
const meanings: readonly (readonly [string, string])[] = [
  ['No such file or directory', 'ENOENT'],
  ['File exists', 'EEXIST'],
  ['Operation not permitted', 'EPERM'],
  ['Operation not supported', 'EOPNOTSUPP'],
  ['Device or resource busy', 'EBUSY'],
  ['Numerical result out of range', 'ERANGE'],
  ['Cannot allocate memory', 'ENOMEM'],
]
