import { args, environment, exit, syscall } from 'standalone:host'
import { createFiles } from '../create-files.ts'
import type { Environment } from '../environment.ts'
import type { Clock, Runtime } from '../runtime.ts'
import { now } from './clock.ts'
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
    args: args().slice(1),
    environment: toVariables(environment()),
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

/** Of a variable that is there twice the first one counts, as in getenv(3). */
function toVariables(texts: readonly string[]): Environment {
  // None is there that was not given, such as `toString`.
  const variables: Record<string, string> = Object.create(null)
  for (const text of texts) {
    const sign = text.indexOf('=')
    const name = text.slice(0, sign)
    if (sign !== -1 && !(name in variables)) variables[name] = text.slice(sign + 1)
  }
  return variables
}

const clock: Clock = {
  now,
  sleep: async (ms) => {
    const end = now() + ms
    for (let left = ms; left > 0; left = end - now()) poll([], left)
  },
}
