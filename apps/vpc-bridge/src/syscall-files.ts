import { openFlags, type Syscalls } from '@vpc-bridge/rtnetlink'
import { err, ok } from 'neverthrow'
import type { Files } from './files.ts'
import { patiently } from './patiently.ts'

const pieceLength = 65_536

/** Files by way of system calls: `node:fs` takes longer to load than a configuration to read. */
export function syscallFiles(syscalls: Syscalls): Files {
  return {
    readToEnd: (descriptor) => {
      const decoder = new TextDecoder()
      const piece = new Uint8Array(pieceLength)
      let text = ''
      for (;;) {
        const length = syscalls.read(descriptor, piece)
        if (length < 0) return err(`error ${-length}`)
        if (length === 0) return ok(text + decoder.decode())
        text += decoder.decode(piece.subarray(0, length), { stream: true })
      }
    },
    write: (descriptor, text) => patiently(new TextEncoder().encode(text), (rest) => syscalls.write(descriptor, rest)),
    append: (path, text) => {
      const { write, append, create, closeOnExec } = openFlags
      const descriptor = syscalls.open(path, write | append | create | closeOnExec)
      if (descriptor < 0) return false
      // One write a line, so that the lines of processes that run at once do not mix.
      const line = new TextEncoder().encode(text)
      const written = syscalls.write(descriptor, line)
      syscalls.close(descriptor)
      return written === line.length
    },
  }
}
