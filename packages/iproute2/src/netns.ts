import {
  isMacTranslation,
  type KernelError,
  type LockMode,
  type MacTranslator,
  type Netns,
  operationError,
} from '@vpc-bridge/kernel'
import { type Result, ResultAsync } from 'neverthrow'
import { perform } from './change.ts'
import type { Failure } from './failure.ts'
import { tryFileLock, tryLock } from './lock.ts'
import { addressesOf, linkOf, linksOf, neighbourOf, neighboursOf, routesOf, rulesOf } from './look-up.ts'
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
    (operation: 'look up' | 'lock', object: string) =>
    (failure: Failure): KernelError => ({ kind: 'kernel', operation, object, netns: path, ...failure })
  const look = <T>(object: string, found: ResultAsync<T, Failure>) => found.mapErr(during('look up', object))
  const locked = <T>(mode: LockMode, result: Result<T, Failure>) =>
    new ResultAsync(Promise.resolve(result.mapErr(during('lock', `${mode} lock`))))
  return {
    path,
    id: file.id,
    link: (name) => look(`link ${name}`, linkOf(enter, name)),
    links: (query = {}) => look('links', linksOf(enter, query)),
    addresses: (dev) => look('addresses', addressesOf(enter, dev)),
    routes: (query) => look('routes', routesOf(enter, query)),
    rules: (family) => look('rules', rulesOf(enter, family)),
    neighbours: (dev) => look('neighbours', neighboursOf(enter, dev)),
    neighbour: (dev, address) => look(`neighbour ${address} on ${dev}`, neighbourOf(enter, dev, address)),
    macTranslation: (dev) => look(`MAC translation on ${dev}`, macTranslator.read(forChildren, dev)),
    sysctl: (setting) => look(`sysctl ${setting}`, readSysctl(enter, setting)),
    change: (operation) => {
      const changed = isMacTranslation(operation)
        ? macTranslator.change(forChildren, operation)
        : perform(operation, file, hold)
      return changed.mapErr(({ errno, message }) => operationError(operation, path, errno, message))
    },
    tryLock: (mode, name) => locked(mode, tryLock(file, mode, name)),
    tryFileLock: (mode) => locked(mode, tryFileLock(file, mode)),
    open,
  }
}
