import type { PacketFilterFailure, PacketFilterNetns } from '@vpc-bridge/kernel'
import type { ChildEnd, Runtime } from '@vpc-bridge/runtime'
import { err, ok, type Result, ResultAsync } from 'neverthrow'
import { outputLimitMiB, runIn, timeoutMs } from './run-in.ts'

/**
 * Has `nft` perform commands in a namespace, all of them or none: without a shell, in the C locale.
 *
 * @param commands as libnftables-json(5) has them
 * @returns its standard output. Errors: ENOPKG when nft is not installed, ETIMEDOUT when it hangs, EFBIG when it writes without end, or the
 * error that nft reports
 */
export function runNft(
  runtime: Pick<Runtime, 'environment' | 'runChild'>,
  netns: PacketFilterNetns,
  commands: readonly object[],
): ResultAsync<string, PacketFilterFailure> {
  // Not on its standard input: nft opens /dev/stdin, which cannot be opened when it is a socket, as Node.js makes it.
  const ended = runIn(runtime, netns, 'nft', ['-j', JSON.stringify({ nftables: commands })])
  return new ResultAsync(ended.then((end) => outputOf(end, netns.isOwn ? 'nft' : 'nsenter')))
}

function outputOf(end: ChildEnd, program: 'nft' | 'nsenter'): Result<string, PacketFilterFailure> {
  switch (end.kind) {
    case 'exited':
      return end.code === 0 ? ok(end.stdout) : err(failureOf(end.stderr, `it ended with exit code ${end.code}`))
    case 'killed':
      return err({ errno: 'EINTR', message: `nft was ended by ${end.signal}` })
    case 'not started':
      if (end.errno !== 'ENOENT') return err({ errno: end.errno, message: `${program} cannot be executed` })
      return err(program === 'nft' ? missing('nft', 'nftables') : missing('nsenter', 'util-linux'))
    case 'timed out':
      return err({ errno: 'ETIMEDOUT', message: `nft was killed: it took longer than ${timeoutMs / 1000} s` })
    case 'too much output':
      return err({ errno: 'EFBIG', message: `nft was killed: it wrote more than ${outputLimitMiB} MiB` })
    case 'interrupted':
      return err({ errno: 'EINTR', message: `nft was interrupted by ${end.reason}` })
  }
}

function failureOf(stderr: string, otherwise: string): PacketFilterFailure {
  // Words of nsenter(1) when the program that it is to start is missing.
  if (/failed to execute nft: No such file/.test(stderr)) return missing('nft', 'nftables')
  const message = stderr.replace(/^\S*: Error: /, '').split('\n')[0] || `nft failed: ${otherwise}`
  return { errno: meanings.find(([words]) => stderr.includes(words))?.[1] ?? 'EINVAL', message }
}

function missing(program: string, debianPackage: string): PacketFilterFailure {
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
