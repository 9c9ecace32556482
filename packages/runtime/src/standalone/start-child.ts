import { spawn, syscall } from 'standalone:host'
import { openFlags } from '../syscalls.ts'
import { calls } from './syscall-numbers.ts'

const F_SETFL = 4

/** A child process that has been started, and this process's ends of the pipes to it, which do not block. */
export interface StartedChild {
  readonly pid: number
  readonly stdin: number
  readonly stdout: number
  readonly stderr: number
}

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
  const pid = spawn(file, args, environment, directory, farIn, farOut, farError)
  for (const far of [farIn, farOut, farError]) close(far)
  for (const own of [stdin, stdout, stderr]) {
    if (pid < 0) close(own)
    else syscall(calls.fcntl, own, F_SETFL, openFlags.nonblocking)
  }
  return pid < 0 ? pid : { pid, stdin, stdout, stderr }
}

function close(descriptor: number): void {
  syscall(calls.close, descriptor)
}
