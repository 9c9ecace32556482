import { syscall } from 'standalone:host'
import type { ChildEnd, ChildOptions } from '../child.ts'
import { errorNumbers } from '../file-syscalls.ts'
import { writeFully } from '../read-write.ts'
import { createFeed, createOutput } from './child-streams.ts'
import { now } from './clock.ts'
import { standaloneFileSyscalls } from './file-syscalls.ts'
import { type Awaited, poll } from './poll.ts'
import { childSignal, signalName, signals, take } from './signals.ts'
import type { StartedChild } from './start-child.ts'
import { calls } from './syscall-numbers.ts'
import { decodeUtf8 } from './utf8.ts'

/** How long a child that has been told to stop may take. */
const stopMs = 2000
/** How long the rest of the output is waited for once the child has ended: a process that it has left behind may hold the pipe. */
const restMs = 200
const longestPollMs = 60_000
const WNOHANG = 1

/**
 * Feeds and reads a child process until it has ended.
 *
 * @param signalFile readable when a child may have ended, or this process may have been told to stop
 */
export async function watchChild(child: StartedChild, signalFile: number, options: ChildOptions): Promise<ChildEnd> {
  const { input = '', timeoutMs, outputLimitBytes, passStderrOn = false, interruption } = options
  const feed = createFeed(child.stdin, input)
  const stdout = createOutput(child.stdout, outputLimitBytes)
  const stderr = createOutput(child.stderr, outputLimitBytes, passStderrOn ? writeToStderr : undefined)
  const killGroup = (signal: number) => syscall(calls.kill, -child.pid, signal)

  /** Why the child has been killed, or told to stop. */
  let cut: Cut | undefined
  let killAt = now() + timeoutMs
  let status = wait(child.pid)
  let readUntil = Number.POSITIVE_INFINITY

  for (;;) {
    if (status !== undefined) readUntil = Math.min(readUntil, now() + restMs)
    if (now() >= readUntil || (status !== undefined && !stdout.isOpen() && !stderr.isOpen())) break
    if (status === undefined && now() >= killAt) {
      cut ??= { kind: 'timed out' }
      killAt = Number.POSITIVE_INFINITY
      killGroup(signals.SIGKILL)
    }
    const awaited: Awaited[] = [{ descriptor: signalFile, event: 'readable' }]
    if (feed.isOpen()) awaited.push({ descriptor: feed.descriptor, event: 'writable' })
    for (const { isOpen, descriptor } of [stdout, stderr]) if (isOpen()) awaited.push({ descriptor, event: 'readable' })
    const ready = poll(awaited, Math.min(longestPollMs, Math.max(0, Math.min(killAt, readUntil) - now())))

    if (ready.has(feed.descriptor)) feed.write()
    for (const { descriptor, read } of [stdout, stderr]) if (ready.has(descriptor)) read()
    if (cut === undefined && (stdout.isTooMuch() || stderr.isTooMuch())) {
      cut = { kind: 'too much output' }
      killGroup(signals.SIGKILL)
    }
    if (!ready.has(signalFile)) continue
    take(childSignal)
    status ??= wait(child.pid)
    const reason = await interruption?.()
    if (reason !== undefined && cut === undefined && status === undefined) {
      cut = { kind: 'interrupted', reason }
      killAt = Math.min(killAt, now() + stopMs)
      killGroup(signals.SIGTERM)
    }
  }
  for (const { close } of [feed, stdout, stderr]) close()
  const output = { stdout: decodeUtf8(stdout.bytes()), stderr: decodeUtf8(stderr.bytes()) }
  return { ...(cut ?? endOf(status ?? 0)), ...output }
}

type Cut =
  | { readonly kind: 'timed out' | 'too much output' }
  | { readonly kind: 'interrupted'; readonly reason: string }

/** Returns the status of a child that has ended, which is then gone; `undefined` while it runs. */
function wait(pid: number): number | undefined {
  const status = new Int32Array(1)
  for (;;) {
    const returned = syscall(calls.wait4, pid, new Uint8Array(status.buffer), WNOHANG, 0)
    if (returned !== -errorNumbers.EINTR) return returned === pid ? status[0] : undefined
  }
}

/** wait(2), WEXITSTATUS and WTERMSIG */
function endOf(status: number) {
  const signal = status & 0x7f
  return signal === 0
    ? ({ kind: 'exited', code: (status >> 8) & 0xff } as const)
    : ({ kind: 'killed', signal: signalName(signal) } as const)
}

function writeToStderr(bytes: Uint8Array): void {
  writeFully(standaloneFileSyscalls, now, 2, bytes)
}
