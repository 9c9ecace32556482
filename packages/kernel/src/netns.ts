import type { FileLockHolder } from '@vpc-bridge/runtime'
import type { ResultAsync } from 'neverthrow'
import type { KernelError } from './error.ts'
import type { Operation } from './operation.ts'
import type { FilterChain, ForwardedPacket } from './packet-filter.ts'
import type {
  Address,
  Family,
  Link,
  ListedRule,
  MacTranslation,
  Masquerade,
  Neighbour,
  NeighbourEntry,
  RejectRoute,
  Route,
} from './state.ts'

/** Which links to list; all criteria must hold. */
export interface LinkQuery {
  /** Name of the bridge whose ports they are. */
  readonly master?: string
  /** Stop after so many: whether there is any other than one's own need not cost more than that. */
  readonly limit?: number
}

/** Which routes to list; all criteria must hold. */
export interface RouteQuery {
  readonly family: Family
  /** Exactly this destination prefix. */
  readonly destination?: string
  /** Name of the link they leave by. */
  readonly dev?: string
  /** Of all tables but `local` (255), the kernel's own; or of the one with that number. Absent: of the main table. */
  readonly tables?: 'all' | number
}

/** Whether a lock may be held by others in the same mode. */
export type LockMode = 'shared' | 'exclusive'

/** A namespace's lock that is held. */
export interface Lock {
  /** Others can have it once this is done. Not to be called twice. */
  release(): Promise<void>
}

/**
 * The port: what may be asked of the network configuration of one network namespace.
 *
 * A handle keeps its namespace alive for as long as the handle is open, whatever becomes of its path.
 * Links are found by primary and alternative name alike. Look-ups never change anything.
 */
export interface Netns {
  /** The path that the handle was opened by. */
  readonly path: string
  /** Identifies the namespace on this machine, by whatever path it was opened. */
  readonly id: string

  /** The link of that primary or alternative name; `undefined` when there is none. */
  link(name: string): ResultAsync<Link | undefined, KernelError>
  /** ENODEV when the query's master does not exist. */
  links(query?: LinkQuery): ResultAsync<readonly Link[], KernelError>
  /** Addresses of one link, or of all; ENODEV when the link does not exist. */
  addresses(dev?: string): ResultAsync<readonly Address[], KernelError>
  /** Unicast routes; ENODEV when the query's link does not exist. */
  routes(query: RouteQuery): ResultAsync<readonly Route[], KernelError>
  /** Routes by no link, of all tables but `local` (255), without those that the kernel has by itself. */
  rejectRoutes(family: Family): ResultAsync<readonly RejectRoute[], KernelError>
  /** All rules of the routing policy, by ascending priority; none where the kernel has no routing policy. */
  rules(family: Family): ResultAsync<readonly ListedRule[], KernelError>
  /** Permanent neighbour entries of one link, or of all; ENODEV when the link does not exist. */
  neighbours(dev?: string): ResultAsync<readonly Neighbour[], KernelError>
  /** The neighbour entry of an address, of whatever kind; `undefined` when there is none. ENODEV when the link does not exist. */
  neighbour(dev: string, address: string): ResultAsync<NeighbourEntry | undefined, KernelError>
  /** How frames are translated that pass the port of that name; `undefined` when they are not. */
  macTranslation(dev: string): ResultAsync<MacTranslation | undefined, KernelError>
  /** The masquerade of that name; `undefined` when there is none. */
  masquerade(name: string): ResultAsync<Masquerade | undefined, KernelError>
  /** The chain of others that is certain to drop a packet; `undefined` when none is known to. */
  forwardDropper(packet: ForwardedPacket): ResultAsync<FilterChain | undefined, KernelError>
  /**
   * The value of a kernel setting, without the line end.
   *
   * @param path below /proc/sys, separated by slashes: `net/ipv4/conf/eth10/forwarding`; ENOENT when there is none, or
   * when a part of it is empty, `.` or `..`
   */
  sysctl(path: string): ResultAsync<string, KernelError>

  /** Performs one change. Either it is done, or nothing is changed. */
  change(operation: Operation): ResultAsync<void, KernelError>

  /**
   * Takes a lock of the namespace, if nobody has it: one `exclusive` holder, or any number of `shared` ones. It keeps apart
   * those who change what they have in common, in this process or others, whatever file system or PID namespace they are in.
   * The kernel releases it when the process ends, however it ends. Users without privileges cannot take it: EACCES.
   *
   * @param name of one of the locks that a namespace has besides its own. Two names may be one lock: it then excludes more
   * @returns `undefined` when it is held in a way that excludes this; nothing waits
   */
  tryLock(mode: LockMode, name?: string): ResultAsync<Lock | undefined, KernelError>
  /**
   * Takes a lock on the namespace's own file, which any user can: for those who knew no other.
   *
   * @returns who holds it in a way that excludes this; nothing waits
   * @see flock(2)
   */
  tryFileLock(mode: LockMode): ResultAsync<Lock | FileLockHolder, KernelError>

  /**
   * Opens a further namespace by a path such as `/run/netns/blue` or `/proc/1234/ns/net`.
   * ENOENT when there is nothing, EINVAL when it is not a network namespace. The same path may give the same handle.
   */
  open(path: string): ResultAsync<Netns, KernelError>
}

/** The inode number of a namespace, by which it is known whatever the driver: `4026531840` of `net:[4026531840]`. */
export function inodeOf({ id }: Pick<Netns, 'id'>): string {
  return /\d+(?=\]?$)/.exec(id)?.[0] ?? id
}

/** A driver: opens namespaces, and lets go of all of them at the end. */
export interface Kernel {
  /** See {@link Netns.open}. `/proc/self/ns/net` is the namespace that the program runs in. */
  open(path: string): ResultAsync<Netns, KernelError>
  /** Closes every handle opened through it. Handles must not be used afterwards. */
  close(): void
}
