import { readFile, writeFile } from 'node:fs/promises'
import { err, ok, type Result, type ResultAsync } from 'neverthrow'
import { attempt } from './attempt.ts'
import type { Failure } from './failure.ts'
import { run } from './run.ts'

/*
 * Settings below /proc/sys/net belong to the namespace of the process that opens them: those of other namespaces are opened by a child
 * process that has entered them. `enter` is the beginning of its command; empty for this process's own namespace.
 */

/** Reads a setting, without the line end. */
export function readSysctl(enter: readonly string[], path: string): ResultAsync<string, Failure> {
  return fileOf(path)
    .asyncAndThen((file) => (enter.length === 0 ? attempt(() => readFile(file, 'utf8')) : run([...enter, 'cat', file])))
    .map((content) => content.replace(/\n$/, ''))
}

/** Writes a setting. */
export function writeSysctl(enter: readonly string[], path: string, value: string): ResultAsync<void, Failure> {
  return fileOf(path).asyncAndThen((file) => {
    if (enter.length > 0) return run([...enter, 'tee', file], value).map(() => undefined)
    // r+: by default it would try to create what is missing.
    return attempt(() => writeFile(file, value, { flag: 'r+' }))
  })
}

/** Names of links become parts of paths: none may lead out of /proc/sys. */
function fileOf(path: string): Result<string, Failure> {
  const strange = path.split('/').some((part) => ['', '.', '..'].includes(part))
  const message = `${path} is not the path of a setting, such as net/ipv4/ip_forward`
  return strange ? err({ errno: 'ENOENT', message }) : ok(`/proc/sys/${path}`)
}
