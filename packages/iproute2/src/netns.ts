import {
  changeByDriver,
  type Driver,
  type KernelError,
  type LockMode,
  type Netns,
  type PacketFilters,
} from '@vpc-bridge/kernel'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { type Result, ResultAsync } from 'neverthrow'
import { perform } from './change.ts'
import type { Failure } from './failure.ts'
import { tryFileLock, tryLock } from './lock.ts'
import {
  addressesOf,
  linkOf,
  linksOf,
  neighbourOf,
  neighboursOf,
  rejectRoutesOf,
  routesOf,
  rulesOf,
} from './look-up.ts'
import type { NamespaceFile } from './namespace-file.ts'
import { readSysctl } from './sysctl.ts'

/** How a handle opens further namespaces. */
export interface Opener {
  readonly hold: (path: string) => ResultAsync<NamespaceFile, Failure>
  readonly filters: PacketFilters
  readonly open: (path: string) => ResultAsync<Netns, KernelError>
}

/**
 * The handle of an open network namespace.
 *
 * @param path that it was opened by
 */
export function createNetns(path: string, file: NamespaceFile, { hold, open, filters }: Opener): Netns {
  const { enter } = file
  const forChildren = { path: file.childPath, isOwn: file.own }
  const during =
    (operation: 'look up' | 'lock', object: string) =>
    (failure: Failure): KernelError => ({ kind: 'kernel', operation, object, netns: path, ...failure })
  const look = <T>(object: string, found: ResultAsync<T, Failure>) => found.mapErr(during('look up', object))
  const locked = <T>(mode: LockMode, result: Result<T, Failure>) =>
    new ResultAsync(Promise.resolve(result.mapErr(during('lock', `${mode} lock`))))
  const driver: Driver = {
    filters,
    forChildren: () => forChildren,
    syscalls: nodeSyscalls,
    perform: (operation) => perform(operation, file, hold),
  }
  const self: Netns = {
    path,
    id: file.id,
    link: (name) => look(`link ${name}`, linkOf(enter, name)),
    links: (query = {}) => look('links', linksOf(enter, query)),
    addresses: (dev) => look('addresses', addressesOf(enter, dev)),
    routes: (query) => look('routes', routesOf(enter, query)),
    rejectRoutes: (family) => look('routes', rejectRoutesOf(enter, family)),
    rules: (family) => look('rules', rulesOf(enter, family)),
    neighbours: (dev) => look('neighbours', neighboursOf(enter, dev)),
    neighbour: (dev, address) => look(`neighbour ${address} on ${dev}`, neighbourOf(enter, dev, address)),
    macTranslation: (dev) => look(`MAC translation on ${dev}`, filters.macTranslator.read(forChildren, dev)),
    masquerade: (name) => look(`masquerade ${name}`, filters.masquerader.read(forChildren, name)),
    sysctl: (setting) => look(`sysctl ${setting}`, readSysctl(enter, setting)),
    change: (operation) => changeByDriver(self, operation, driver),
    tryLock: (mode, name) => locked(mode, tryLock(file, mode, name)),
    tryFileLock: (mode) => locked(mode, tryFileLock(file, mode)),
    open,
  }
  return self
}
