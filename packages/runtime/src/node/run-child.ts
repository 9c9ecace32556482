import { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { Options } from 'execa'
import { fromThrowable } from 'neverthrow'
import type { ChildEnd, ChildOptions, RunChild } from '../child.ts'
import { writeFully } from '../read-write.ts'
import { nodeFileSyscalls } from './file-syscalls.ts'

/** From SIGTERM to SIGKILL. */
const gracePeriodMs = 2000

/** How often it is asked whether this process has been told to stop. */
const interruptionPollMs = 20

/** Runs a child process of Node.js. */
export const nodeRunChild: RunChild = async (file, args, options) => {
  const reason = await options.interruption?.()
  return reason === undefined ? run(file, args, options) : { kind: 'interrupted', reason, stdout: '', stderr: '' }
}

async function run(file: string, args: readonly string[], options: ChildOptions): Promise<ChildEnd> {
  // Two thirds of the time in which a plugin starts, and most plugins start no child.
  const { execa } = await import('execa')
  const started = fromThrowable(() => execa(file, args, toExeca(options)), String)()
  // Such as an argument with a null character.
  if (started.isErr()) return { kind: 'not started', errno: 'EINVAL', message: started.error }
  const child = started.value
  const { stdout, stderr, nodeChildProcess } = child
  if (options.passStderrOn) stderr.on('data', passOn)
  // A process that it has left behind may hold the pipes open for ever.
  nodeChildProcess.once('exit', () => Promise.all([stdout, stderr].map(readRestAndClose)))

  const interrupted = endWhenInterrupted(options.interruption, child.kill)
  const ended = await child
  const reason = interrupted.stopAsking()

  const output = { stdout: decode(ended.stdout), stderr: decode(ended.stderr) }
  if (reason !== undefined) return { kind: 'interrupted', reason, ...output }
  if (ended.timedOut) return { kind: 'timed out', ...output }
  if (ended.isMaxBuffer) return { kind: 'too much output', ...output }
  if (ended.signal !== undefined) return { kind: 'killed', signal: ended.signal, ...output }
  if (ended.exitCode !== undefined) return { kind: 'exited', code: ended.exitCode, ...output }
  return { kind: 'not started', errno: errnoOf(ended.code), message: ended.originalMessage ?? 'unknown error' }
}

function toExeca({ environment, input, directory, timeoutMs, outputLimitBytes }: ChildOptions) {
  return {
    env: environment,
    extendEnv: false,
    cwd: directory ?? workingDirectory(),
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    detached: true,
    killDescendants: true,
    killSignal: 'SIGKILL',
    timeout: timeoutMs,
    maxBuffer: outputLimitBytes,
    // The output limit is in bytes.
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
  } as const satisfies Options
}

/** Returns the root in place of a directory that has been deleted. */
function workingDirectory(): string {
  try {
    return process.cwd()
  } catch {
    return '/'
  }
}

/** Reads what is in a pipe, as long as each turn of the event loop brings more. */
async function readRestAndClose(pipe: unknown): Promise<void> {
  if (!(pipe instanceof Socket)) return
  let before: number
  do {
    before = pipe.bytesRead
    // Between two of them is the phase of the event loop in which pipes are read.
    await setImmediate()
    await setImmediate()
  } while (pipe.bytesRead > before)
  pipe.destroy()
}

function endWhenInterrupted(
  interruption: ChildOptions['interruption'],
  kill: (signal: 'SIGTERM' | 'SIGKILL') => boolean,
) {
  let reason: string | undefined
  let killTimer: NodeJS.Timeout | undefined
  const pollTimer = setInterval(async () => {
    const told = await interruption?.()
    if (told === undefined || reason !== undefined || !kill('SIGTERM')) return
    reason = told
    killTimer = setTimeout(kill, gracePeriodMs, 'SIGKILL')
  }, interruptionPollMs)
  return {
    stopAsking: () => {
      clearInterval(pollTimer)
      clearTimeout(killTimer)
      return reason
    },
  }
}

/** Not by execa: this process would fail where nobody reads its standard error. */
function passOn(bytes: Uint8Array): void {
  writeFully(nodeFileSyscalls, () => performance.now(), 2, bytes)
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function decode(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : decoder.decode(bytes)
}

/** Not every error of Node.js has one: an argument with a null character. */
function errnoOf(code: string | undefined): string {
  return code !== undefined && /^E[A-Z0-9]+$/.test(code) ? code : 'EINVAL'
}
