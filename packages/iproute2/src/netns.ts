import { isMacTranslation, type KernelError, type MacTranslator, type Netns, operationError } from '@vpc-bridge/kernel'
import type { ResultAsync } from 'neverthrow'
import { perform } from './change.ts'
import type { Failure } from './failure.ts'
import { tryLock } from './lock.ts'
import { addressesOf, linkOf, linksOf, neighboursOf, routesOf } from './look-up.ts'
import type { NamespaceFile } from './namespace-file.ts'
import { readSysctl } from './sysctl.ts'

/** How a handle opens further namespaces. */
export interface Opener {
  readonly hold: (path: string) => ResultAsync<NamespaceFile, Failure>
  readonly macTranslator: MacTranslator
  readonly open: (path: string) => ResultAsync<Netns, KernelError>
}

/**
 * The handle of an open network namespace.
 *
 * @param path that it was opened by
 */
export function createNetns(path: string, file: NamespaceFile, { hold, open, macTranslator }: Opener): Netns {
  const { enter } = file
  const forChildren = { path: file.childPath, isOwn: file.own }
  const during =
    (operation: string, object: string) =>
    (failure: Failure): KernelError => ({ kind: 'kernel', operation, object, netns: path, ...failure })
  const ofLink = (dev: string | undefined) => (dev === undefined ? 'all links' : `link ${dev}`)
  return {
    path,
    id: file.id,
    link: (name) => linkOf(enter, name).mapErr(during('read link', `link ${name}`)),
    links: (query = {}) => {
      const object = query.master === undefined ? 'all links' : `ports of ${query.master}`
      return linksOf(enter, query).mapErr(during('read links', object))
    },
    addresses: (dev) => addressesOf(enter, dev).mapErr(during('read addresses', ofLink(dev))),
    routes: (query) => routesOf(enter, query).mapErr(during('read routes', ofLink(query.dev))),
    neighbours: (dev) => neighboursOf(enter, dev).mapErr(during('read neighbours', ofLink(dev))),
    macTranslation: (dev) =>
      macTranslator.read(forChildren, dev).mapErr(during('read MAC translation', `MAC translation on ${dev}`)),
    sysctl: (setting) => readSysctl(enter, setting).mapErr(during('read sysctl', `sysctl ${setting}`)),
    change: (operation) => {
      const changed = isMacTranslation(operation)
        ? macTranslator.change(forChildren, operation)
        : perform(operation, file, hold)
      return changed.mapErr(({ errno, message }) => operationError(operation, path, errno, message))
    },
    tryLock: (mode) => tryLock(file, mode).mapErr(during('lock', `${mode} lock`)),
    open,
  }
}
