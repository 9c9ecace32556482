import { args, environment, exit, now, syscall } from 'standalone:host'
import { createFiles } from '../create-files.ts'
import type { Clock, Runtime } from '../runtime.ts'
import { standaloneFileSyscalls } from './file-syscalls.ts'
import { poll } from './poll.ts'
import { createRunChild } from './run-child.ts'
import { standaloneInterruption, standaloneWaitForStop } from './signals.ts'
import { calls } from './syscall-numbers.ts'

export { standaloneSyscalls } from './syscalls.ts'

/** Returns the access to its process of a program that is a standalone executable. */
export function standaloneRuntime(): Runtime {
  const files = createFiles(standaloneFileSyscalls, clock)
  const executable = files.readLink('/proc/self/exe').unwrapOr(undefined)
  return {
    args: args.slice(1),
    environment,
    pid: syscall(calls.getpid),
    ...(executable === undefined ? {} : { executable }),
    files,
    runChild: createRunChild(files),
    clock,
    interruption: standaloneInterruption,
    waitForStop: standaloneWaitForStop,
    exit,
  }
}

const clock: Clock = {
  now,
  sleep: async (ms) => {
    const end = now() + ms
    for (let left = ms; left > 0; left = end - now()) poll([], left)
  },
}
