import { createDriverKernel, type Kernel, type PacketFilters } from '@vpc-bridge/kernel'
import type { Syscalls } from '@vpc-bridge/runtime'
import { inNamespace } from './in-namespace.ts'
import { openSocket } from './netlink-socket.ts'

/**
 * The driver that speaks to the kernel itself, over netlink sockets, without child processes.
 *
 * @param syscalls those of the runtime
 * @param given what needs a packet filter, which this driver does not speak to; absent: it is refused
 */
export function createRtnetlinkKernel(syscalls: Syscalls, given: Partial<PacketFilters> = {}): Kernel {
  return createDriverKernel(syscalls, given, (file) =>
    openSocket(syscalls).map((socket) => inNamespace(file, socket, syscalls)),
  )
}
