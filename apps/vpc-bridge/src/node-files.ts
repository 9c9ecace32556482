import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs'
import type { Files } from './files.ts'
import { patiently } from './patiently.ts'
import { readAll } from './read-all.ts'

/** Files by way of Node.js. */
export const nodeFiles: Files = {
  readToEnd: (descriptor) => readAll((piece) => attempt(() => readSync(descriptor, piece))),
  write: (descriptor, text) => patiently(Buffer.from(text), (rest) => attempt(() => writeSync(descriptor, rest))),
  append: (path, text) => {
    // A named pipe that nobody reads is not waited for.
    const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants
    const descriptor = attempt(() => openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o644))
    if (descriptor < 0) return false
    const line = Buffer.from(text)
    const written = attempt(() => writeSync(descriptor, line))
    closeSync(descriptor)
    return written === line.length
  },
}

const EIO = 5

/** What a call returns, or the negative error number. */
function attempt(call: () => number): number {
  try {
    return call()
  } catch (error) {
    // node:fs throws nothing else.
    return (error as NodeJS.ErrnoException).errno ?? -EIO
  }
}
