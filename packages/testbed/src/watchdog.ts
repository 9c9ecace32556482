import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'

/**
 * Starts a process that outlives this one, and then deletes all network namespaces whose name begins with a prefix: so
 * that nothing is left when a test is killed.
 *
 * @returns ends it early, when there is nothing left for it to do
 */
export function watchOver(prefix: string): () => void {
  // It reads from a pipe that nobody writes to: the end of the file is the end of this process.
  const script = 'cat; for each in $(ip netns list | cut -d" " -f1 | grep "^$0"); do ip netns delete "$each"; done'
  // Not with execa, whose processes cannot be let go of.
  const watchdog = spawn('sh', ['-c', script, prefix], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  watchdog.unref()
  // Node.js makes pipes of child processes as sockets, and says so in the documentation of `unref` only.
  const pipe = watchdog.stdin as Socket
  pipe.unref()
  return () => pipe.end()
}
