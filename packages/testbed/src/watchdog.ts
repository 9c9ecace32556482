import { spawn } from 'node:child_process'

/**
 * Has something cleaned up even when this process is killed: starts a process that outlives it, and runs a script then.
 *
 * @param script for a POSIX shell
 * @param args what the script finds in `$1` and following
 * @returns says that there is nothing left to clean up: the script will not run
 */
export function afterDeath(script: string, ...args: readonly string[]): () => void {
  // It reads from a pipe that only this process holds: the end of the file is the end of this process.
  const waiting = `read -r released || { ${script}; }`
  // Not with execa, whose processes cannot be let go of. Detached: Ctrl-C is not for it.
  const watchdog = spawn('sh', ['-c', waiting, 'watchdog', ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  for (const each of [watchdog, watchdog.stdin]) letGo(each)
  // A watchdog that was killed must not end this process too.
  watchdog.stdin.on('error', () => {})
  return () => watchdog.stdin.end('released\n')
}

/** Has this process not wait for a child, nor for one of its pipes, which are sockets. */
export function letGo(handle: object): void {
  if ('unref' in handle && typeof handle.unref === 'function') handle.unref()
}
