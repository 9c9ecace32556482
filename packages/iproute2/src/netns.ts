import { type KernelError, type Netns, type Operation, operationError } from '@vpc-bridge/kernel'
import { okAsync, type ResultAsync } from 'neverthrow'
import { performChange } from './change.ts'
import type { Failure } from './failure.ts'
import { addressesOf, linkOf, linksOf, neighboursOf, routesOf } from './look-up.ts'
import type { NamespaceFile } from './namespace-file.ts'
import { readSysctl } from './sysctl.ts'

/** What a handle needs of the kernel that it was opened through. */
export interface Opener {
  readonly hold: (path: string) => ResultAsync<NamespaceFile, Failure>
  readonly open: (path: string) => ResultAsync<Netns, KernelError>
}

/**
 * The handle of a network namespace.
 *
 * @param path that it was opened by
 */
export function createNetns(path: string, file: NamespaceFile, { hold, open }: Opener): Netns {
  const where = file.own ? [] : ['nsenter', `--net=${file.childPath}`, '--']
  const asked =
    (operation: string, object: string) =>
    ({ errno, message }: Failure): KernelError => ({ kind: 'kernel', operation, object, netns: path, errno, message })
  return {
    path,
    id: file.id,
    link: (name) => linkOf(where, name).mapErr(asked('read link', `link ${name}`)),
    links: (query = {}) => linksOf(where, query).mapErr(asked('read links', portsOf(query.master))),
    addresses: (dev) => addressesOf(where, dev).mapErr(asked('read addresses', `link ${dev}`)),
  }
}
