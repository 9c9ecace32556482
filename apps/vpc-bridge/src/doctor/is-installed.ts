import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** Where programs are on every distribution, in addition to PATH. */
const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Whether a program is there to be started. */
export function isInstalled(name: string, environment: Readonly<Record<string, string | undefined>>): boolean {
  return isOnPath(name, `${environment['PATH'] ?? ''}:${standardPath}`)
}

/** @param path directories, separated by colons */
export function isOnPath(name: string, path: string): boolean {
  return path
    .split(':')
    .filter((directory) => directory !== '')
    .some((directory) => isExecutable(join(directory, name)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
