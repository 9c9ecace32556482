import { address, spawn, syscall } from 'standalone:host'
import { openFlags } from '../syscalls.ts'
import { standaloneFileSyscalls } from './file-syscalls.ts'
import { calls } from './syscall-numbers.ts'
import { zeroEnded } from './utf8.ts'

const F_SETFD = 2
const F_SETFL = 4
const FD_CLOEXEC = 1
const CLOSE_RANGE_CLOEXEC = 4
const noLast = 0xffffffff

/** A child process that has been started, and this process's ends of the pipes to it, which do not block. */
export interface StartedChild {
  readonly pid: number
  readonly stdin: number
  readonly stdout: number
  readonly stderr: number
}

/** What to execute; no text has a null character in it. */
export interface Program {
  readonly file: string
  /** The program's name first. */
  readonly args: readonly string[]
  /** `NAME=value` each. */
  readonly environment: readonly string[]
  /** Empty: the working directory of this process. */
  readonly directory: string
}

/** Starts a child process with pipes to its standard streams; else returns the negative error number. */
export function startChild({ file, args, environment, directory }: Program): StartedChild | number {
  const ends: number[] = []
  for (let stream = 0; stream < 3; stream += 1) {
    const pipe = new Int32Array(2)
    const opened = syscall(calls.pipe2, new Uint8Array(pipe.buffer), openFlags.closeOnExec)
    if (opened < 0) {
      for (const end of ends) close(end)
      return opened
    }
    ends.push(...pipe)
  }
  const [farIn = -1, stdin = -1, stdout = -1, farOut = -1, stderr = -1, farError = -1] = ends
  closeAllOnExec()
  const words = args.map(zeroEnded)
  const variables = environment.map(zeroEnded)
  const pid = spawn(
    zeroEnded(file),
    addressesOf(words),
    addressesOf(variables),
    zeroEnded(directory),
    farIn,
    farOut,
    farError,
  )
  for (const far of [farIn, farOut, farError]) close(far)
  for (const own of [stdin, stdout, stderr]) {
    if (pid < 0) close(own)
    else syscall(calls.fcntl, own, F_SETFL, openFlags.nonblocking)
  }
  return pid < 0 ? pid : { pid, stdin, stdout, stderr }
}

/** Lets no child have a file open that this process has: in a kernel before 5.11, which lacks the call, one by one. */
function closeAllOnExec(): void {
  if (syscall(calls.close_range, 3, noLast, CLOSE_RANGE_CLOEXEC) >= 0) return
  const open = standaloneFileSyscalls.list('/proc/self/fd')
  for (const descriptor of typeof open === 'number' ? [] : open.map(Number)) {
    if (descriptor > 2) syscall(calls.fcntl, descriptor, F_SETFD, FD_CLOEXEC)
  }
}

/** Returns the addresses of texts, and zero at their end, as execve(2) takes them. They are valid as long as the texts are. */
function addressesOf(texts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(BigUint64Array.of(...texts.map((text) => BigInt(address(text))), 0n).buffer)
}

function close(descriptor: number): void {
  syscall(calls.close, descriptor)
}
