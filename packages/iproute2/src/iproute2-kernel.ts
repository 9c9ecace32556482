import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import type { Kernel, KernelError, Netns } from '@vpc-bridge/kernel'
import { err, ok, type Result, ResultAsync } from 'neverthrow'
import { openNetns } from './iproute2-netns.ts'

/** The namespace that this program runs in. */
const ownPath = '/proc/self/ns/net'

/**
 * The driver that works through `ip` and, in other namespaces, `nsenter`: a child process for each look-up and change.
 * It needs what every Linux host has, and any Node.js.
 */
export function createIproute2Kernel(): Kernel {
  const descriptors: number[] = []
  const handles = new Map<string, Netns>()

  const open = (path: string): Result<Netns, KernelError> => {
    const opened = openDescriptor(path)
    if (opened.isErr()) return err(opened.error)
    const { descriptor, id, isOwn } = opened.value
    const known = handles.get(path)
    if (known?.id === id) {
      closeSync(descriptor)
      return ok(known)
    }
    descriptors.push(descriptor)
    const netns = openNetns({
      path,
      id,
      inside: isOwn ? undefined : `/proc/${process.pid}/fd/${descriptor}`,
      open: openLater,
    })
    handles.set(path, netns)
    return ok(netns)
  }
  const openLater = (path: string) => new ResultAsync(Promise.resolve(open(path)))

  return {
    open: openLater,
    close: () => {
      for (const descriptor of descriptors.splice(0)) closeSync(descriptor)
      handles.clear()
    },
  }
}

function openDescriptor(
  path: string,
): Result<{ readonly descriptor: number; readonly id: string; readonly isOwn: boolean }, KernelError> {
  const refuse = (errno: string, message: string) =>
    err({ kind: 'kernel' as const, operation: 'open', object: `namespace ${path}`, netns: path, errno, message })
  let descriptor: number | undefined
  try {
    const own = openSync(ownPath, constants.O_RDONLY)
    const { dev, ino } = fstatSync(own)
    closeSync(own)
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const found = fstatSync(descriptor)
    if (found.dev !== dev) {
      closeSync(descriptor)
      return refuse('EINVAL', 'it is not a network namespace')
    }
    return ok({ descriptor, id: `${found.dev}:${found.ino}`, isOwn: found.ino === ino })
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor)
    // What node:fs throws has a code; anything else is a bug and has none.
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return refuse(code === 'ENOTDIR' ? 'ENOENT' : code, message)
  }
}
