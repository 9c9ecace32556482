import { createFiles } from '../create-files.ts'
import type { Clock, Runtime } from '../runtime.ts'
import { nodeFileSyscalls } from './file-syscalls.ts'
import { nodeInterruption, nodeWaitForStop } from './interruption.ts'
import { nodeRunChild } from './run-child.ts'

/** Returns the access to its process of a program that Node.js runs. */
export function nodeRuntime(): Runtime {
  return {
    args: process.argv.slice(2),
    environment: process.env,
    pid: process.pid,
    files: createFiles(nodeFileSyscalls, clock),
    runChild: nodeRunChild,
    clock,
    interruption: nodeInterruption,
    waitForStop: nodeWaitForStop,
    exit: (code) => process.exit(code),
  }
}

const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}
