import { createDriverKernel, type Kernel, type PacketFilters } from '@vpc-bridge/kernel'
import type { Runtime, Syscalls } from '@vpc-bridge/runtime'
import { ok } from 'neverthrow'
import { inNamespace } from './in-namespace.ts'
import { createRun } from './run.ts'

/**
 * A kernel driven through `ip`, which is a child process of each operation, started by `nsenter` in other namespaces; settings
 * and locks take system calls alone.
 *
 * Needs iproute2 and util-linux; changes need CAP_NET_ADMIN, other namespaces CAP_SYS_ADMIN too, locks
 * CAP_NET_BIND_SERVICE. A missing program is an ENOPKG error that names it and its Debian package, a child process that hangs
 * an ETIMEDOUT error.
 *
 * @param runtime runs the child processes
 * @param syscalls those of the runtime
 * @param given what needs `nft`; absent: it is refused
 */
export function createIproute2Kernel(
  runtime: Pick<Runtime, 'environment' | 'runChild'>,
  syscalls: Syscalls,
  given: Partial<PacketFilters> = {},
): Kernel {
  const run = createRun(runtime)
  return createDriverKernel(syscalls, given, (file, openFile) => ok(inNamespace(file, run, openFile)))
}
