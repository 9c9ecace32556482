import { appendFileSync, readFileSync, writeSync } from 'node:fs'
import { err, ok } from 'neverthrow'
import type { Files } from './files.ts'
import { patiently } from './patiently.ts'

/** Files by way of Node.js. */
export const nodeFiles: Files = {
  readToEnd: (descriptor) => {
    try {
      return ok(readFileSync(descriptor, 'utf8'))
    } catch (error) {
      return err(error instanceof Error ? error.message : String(error))
    }
  },
  write: (descriptor, text) => patiently(Buffer.from(text), (rest) => writeOnce(descriptor, rest)),
  append: (path, text) => {
    try {
      appendFileSync(path, text)
      return true
    } catch {
      return false
    }
  },
}

const EIO = 5

function writeOnce(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes)
  } catch (error) {
    // node:fs throws nothing else.
    return (error as NodeJS.ErrnoException).errno ?? -EIO
  }
}
