import { openFlags, type Syscalls } from '@vpc-bridge/rtnetlink'
import type { Files } from './files.ts'
import { patiently } from './patiently.ts'
import { readAll } from './read-all.ts'

/** Files by way of system calls: `node:fs` takes longer to load than a configuration to read. */
export function syscallFiles(syscalls: Syscalls): Files {
  return {
    readToEnd: (descriptor) => readAll((piece) => syscalls.read(descriptor, piece)),
    write: (descriptor, text) => patiently(new TextEncoder().encode(text), (rest) => syscalls.write(descriptor, rest)),
    append: (path, text) => {
      const { write, append, create, closeOnExec, nonblocking } = openFlags
      // A named pipe that nobody reads is not waited for.
      const descriptor = syscalls.open(path, write | append | create | closeOnExec | nonblocking)
      if (descriptor < 0) return false
      // One write a line, so that the lines of processes that run at once do not mix.
      const line = new TextEncoder().encode(text)
      const written = syscalls.write(descriptor, line)
      syscalls.close(descriptor)
      return written === line.length
    },
  }
}
