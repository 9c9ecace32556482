import { createDriverKernel, type Kernel, noPacketFilters, type PacketFilters } from '@vpc-bridge/kernel'
import type { Syscalls } from '@vpc-bridge/runtime'
import { openSocket } from './netlink-socket.ts'
import { createNetns } from './netns.ts'

/**
 * The driver that speaks to the kernel itself, over netlink sockets, without child processes.
 *
 * @param syscalls those of the runtime
 * @param given what needs a packet filter, which this driver does not speak to; absent: it is refused
 */
export function createRtnetlinkKernel(syscalls: Syscalls, given: Partial<PacketFilters> = {}): Kernel {
  const filters = { ...noPacketFilters, ...given }
  return createDriverKernel(syscalls, (file, { open }) =>
    openSocket(syscalls).map((socket) => ({
      netns: createNetns(file, socket, { syscalls, filters }, open),
      detach: socket.close,
    })),
  )
}
