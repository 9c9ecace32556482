import { decodeUtf8, encodeUtf8, openFlags, type Syscalls, type SystemResult, systemResult } from '@vpc-bridge/runtime'
import { err } from 'neverthrow'
import type { NamespaceFile } from './namespace-file.ts'

/** In bytes: a page, which is what the kernel gives of a setting at once. */
const longestSetting = 4096

/** Reads a setting, without the line end. */
export function readSysctl(syscalls: Syscalls, file: NamespaceFile, path: string): SystemResult<string> {
  const page = new Uint8Array(longestSetting)
  return inProc(syscalls, file, path, openFlags.read, (descriptor) => syscalls.read(descriptor, page)).map((length) => {
    const text = decodeUtf8(page.subarray(0, length))
    return text.endsWith('\n') ? text.slice(0, -1) : text
  })
}

/** Writes a setting. */
export function writeSysctl(
  syscalls: Syscalls,
  file: NamespaceFile,
  path: string,
  value: string,
): SystemResult<unknown> {
  return inProc(syscalls, file, path, openFlags.write, (descriptor) => syscalls.write(descriptor, encodeUtf8(value)))
}

/** Whose settings are below /proc/sys/net depends on the namespace that the thread is in. */
function inProc(
  syscalls: Syscalls,
  { inside }: NamespaceFile,
  path: string,
  flags: number,
  action: (descriptor: number) => number,
): SystemResult<number> {
  // Names of links become parts of paths: none may lead out of /proc/sys.
  const framed = `/${path}/`
  if (framed.includes('//') || framed.includes('/./') || framed.includes('/../')) {
    return err({ errno: 'ENOENT', message: `${path} is not the path of a setting, such as net/ipv4/ip_forward` })
  }
  return inside(() =>
    systemResult(syscalls.open(`/proc/sys/${path}`, flags | openFlags.closeOnExec)).andThen((descriptor) => {
      const done = action(descriptor)
      syscalls.close(descriptor)
      return systemResult(done)
    }),
  )
}
