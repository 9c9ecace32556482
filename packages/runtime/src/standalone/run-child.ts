import { syscall } from 'standalone:host'
import type { ChildEnd, RunChild } from '../child.ts'
import { errorNumbers } from '../file-syscalls.ts'
import type { Files } from '../files.ts'
import { findExecutable } from '../find-executable.ts'
import { systemError } from '../system-error.ts'
import { block, childSignal, openSignals, stopSignals, union } from './signals.ts'
import { startChild } from './start-child.ts'
import { calls } from './syscall-numbers.ts'
import { watchChild } from './watch-child.ts'

/** Where programs are looked up if there is no PATH (the default of execvp(3)). */
const defaultPath = '/usr/bin:/bin'

/** Makes the function that runs child processes by the host of a standalone executable. */
export function createRunChild(files: Files): RunChild {
  return async (file, args, options) => {
    const { environment, directory = '', interruption } = options
    const variables = Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${value}`],
    )
    if ([file, ...args, ...variables, directory].some((word) => word.includes('\0'))) {
      return notStarted(errorNumbers.EINVAL, 'an argument or a variable has a null character in it')
    }
    const path = file.includes('/') ? file : findExecutable(files, file, environment['PATH'] ?? defaultPath)
    if (path === undefined) return notStarted(errorNumbers.ENOENT)
    const reason = await interruption?.()
    if (reason !== undefined) return { kind: 'interrupted', reason, stdout: '', stderr: '' }
    block(childSignal)
    const signalFile = openSignals(interruption === undefined ? childSignal : union(childSignal, stopSignals))
    if (signalFile < 0) return notStarted(-signalFile)
    const child = startChild({ file: path, args: [file, ...args], environment: variables, directory })
    const end = typeof child === 'number' ? notStarted(-child) : await watchChild(child, signalFile, options)
    syscall(calls.close, signalFile)
    return end
  }
}

function notStarted(number: number, words?: string): ChildEnd {
  return { kind: 'not started', ...systemError(number, words) }
}
