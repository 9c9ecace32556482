import type { SystemError, SystemResult } from '@vpc-bridge/runtime'
import type { ResultAsync } from 'neverthrow'
import type { KernelError } from '../error.ts'
import type { Kernel, LinkQuery, Netns, RouteQuery } from '../netns.ts'
import type { Address, Family, Link, ListedRule, Neighbour, NeighbourEntry, RejectRoute, Route } from '../state.ts'
import { changeByDriver, type Driver } from './change.ts'
import { tryFileLock, tryLock } from './locks.ts'
import type { NamespaceFile } from './namespace-file.ts'
import { settled } from './settled.ts'
import { readSysctl } from './sysctl.ts'

/** What a driver found out, at once or later. */
type Answer<T> = SystemResult<T> | ResultAsync<T, SystemError>

/** A driver's look-ups in one namespace, which mean what those of {@link Netns} do. */
export interface LookUps {
  readonly link: (name: string) => Answer<Link | undefined>
  readonly links: (query: LinkQuery) => Answer<readonly Link[]>
  readonly addresses: (dev: string | undefined) => Answer<readonly Address[]>
  readonly routes: (query: RouteQuery) => Answer<readonly Route[]>
  readonly rejectRoutes: (family: Family) => Answer<readonly RejectRoute[]>
  readonly rules: (family: Family) => Answer<readonly ListedRule[]>
  readonly neighbours: (dev: string | undefined) => Answer<readonly Neighbour[]>
  readonly neighbour: (dev: string, address: string) => Answer<NeighbourEntry | undefined>
}

/** Makes the handle of a namespace of what a driver can do in it. */
export function driverNetns(file: NamespaceFile, lookUps: LookUps, driver: Driver, open: Kernel['open']): Netns {
  const { filters, syscalls } = driver
  const answer = <T>(operation: 'look up' | 'lock', object: string, found: Answer<T>): ResultAsync<T, KernelError> =>
    settled(found).mapErr((error) => ({ kind: 'kernel', operation, object, netns: file.path, ...error }))
  const look = <T>(object: string, found: Answer<T>) => answer('look up', object, found)
  const self: Netns = {
    path: file.path,
    id: file.id,
    link: (name) => look(`link ${name}`, lookUps.link(name)),
    links: (query = {}) => look('links', lookUps.links(query)),
    addresses: (dev) => look('addresses', lookUps.addresses(dev)),
    routes: (query) => look('routes', lookUps.routes(query)),
    rejectRoutes: (family) => look('routes', lookUps.rejectRoutes(family)),
    rules: (family) => look('rules', lookUps.rules(family)),
    neighbours: (dev) => look('neighbours', lookUps.neighbours(dev)),
    neighbour: (dev, address) => look(`neighbour ${address} on ${dev}`, lookUps.neighbour(dev, address)),
    macTranslation: (dev) => look(`MAC translation on ${dev}`, filters.macTranslator.read(file.forChildren(), dev)),
    masquerade: (name) => look(`masquerade ${name}`, filters.masquerader.read(file.forChildren(), name)),
    forwardDropper: (packet) => look('what drops packets', filters.forwardFilter.dropper(file.forChildren(), packet)),
    sysctl: (setting) => look(`sysctl ${setting}`, readSysctl(syscalls, file, setting)),
    change: (operation) => changeByDriver(self, file, operation, driver),
    tryLock: (mode, name) => answer('lock', `${mode} lock`, tryLock(syscalls, file, mode, name)),
    tryFileLock: (mode) => answer('lock', `${mode} lock`, tryFileLock(syscalls, file, mode)),
    open,
  }
  return self
}
