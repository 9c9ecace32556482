import { errAsync, okAsync, ResultAsync } from 'neverthrow'
import type { KernelError } from '../error.ts'
import { isInet6 } from '../ip-text.ts'
import { isMacTranslation, isMasquerade, type Operation } from '../operation.ts'
import { readMacTranslation } from './mac-translations.ts'
import { readMasquerade } from './masquerades.ts'
import { initialSysctl, pathInOriginal } from './sysctls.ts'
import { findLink, type MemoryNetns } from './world.ts'

/** Reads a setting. A copy asks its original for what it was not asked for before. */
export function readSysctl(netns: MemoryNetns, handlePath: string, path: string): ResultAsync<string, KernelError> {
  const known = netns.sysctls.get(path)
  if (known !== undefined) return okAsync(known)
  const source = pathInOriginal(netns, path)
  if (netns.original !== undefined && source !== undefined) {
    return netns.original
      .sysctl(source)
      .orElse((error) => {
        // Those of neighbours have no default outside the initial namespace.
        const initial = source !== path && path.includes('/neigh/') ? initialSysctl(path) : undefined
        return initial === undefined ? errAsync(error) : okAsync(initial)
      })
      .map((value) => {
        netns.sysctls.set(path, value)
        return value
      })
  }
  const message = `/proc/sys/${path}: No such file or directory`
  const object = `sysctl ${path}`
  return errAsync({ kind: 'kernel', operation: 'look up', object, netns: handlePath, errno: 'ENOENT', message })
}

/** Reads what of the original an operation's outcome depends on, so that it is known; a setting to write must be there. */
export function readSettingsBehind(
  netns: MemoryNetns,
  handlePath: string,
  operation: Operation,
): ResultAsync<unknown, KernelError> {
  if (isMacTranslation(operation)) return readMacTranslation(netns, operation.dev)
  if (isMasquerade(operation)) return readMasquerade(netns, operation.name)
  if (operation.do === 'write sysctl') return readSysctl(netns, handlePath, operation.path)
  if (operation.do === 'add altname') return hasAltNames(netns)
  const reads = settingsBehind(netns, operation).map((path) =>
    readSysctl(netns, handlePath, path).orElse((error) =>
      error.errno === 'ENOENT' ? okAsync(undefined) : errAsync(error),
    ),
  )
  return ResultAsync.combine(reads)
}

/** Asks the kernel of a copy's original whether links can have second names: EOPNOTSUPP before Linux 5.5. Nothing has this one. */
function hasAltNames({ original }: MemoryNetns): ResultAsync<unknown, KernelError> {
  const asked = original?.change({ do: 'delete altname', name: 'lo', altName: 'is-there-any-second-name' })
  return asked === undefined
    ? okAsync(undefined)
    : asked.orElse((error) => (error.errno === 'EOPNOTSUPP' ? errAsync(error) : okAsync(undefined)))
}

function settingsBehind(netns: MemoryNetns, operation: Operation): readonly string[] {
  switch (operation.do) {
    case 'add link':
      return 'up' in operation.link && operation.link.up ? inet6Settings('default') : []
    case 'set link':
      return operation.set.up ? inet6Settings(nameOf(netns, operation.name)) : []
    case 'add address':
      return isInet6(operation.address.address) ? inet6Settings(nameOf(netns, operation.address.dev)) : []
    case 'delete address':
      return ['all', nameOf(netns, operation.address.dev)].map((name) => `net/ipv4/conf/${name}/promote_secondaries`)
    default:
      return []
  }
}

function inet6Settings(name: string): readonly string[] {
  return [`net/ipv6/conf/${name}/disable_ipv6`, `net/ipv6/conf/${name}/addr_gen_mode`]
}

/** The name that a link has among the settings: its primary one. */
function nameOf(netns: MemoryNetns, name: string): string {
  return findLink(netns, name)?.name ?? name
}
