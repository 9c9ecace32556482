import { type Kernel, type KernelError, type Netns, noPacketFilters, type PacketFilters } from '@vpc-bridge/kernel'
import type { ResultAsync } from 'neverthrow'
import type { Failure } from './failure.ts'
import { checkNetns, type NamespaceFile, openNamespaceFile } from './namespace-file.ts'
import { createNetns } from './netns.ts'

/**
 * A kernel driven through `ip`, `nsenter` and procfs: each operation is a child process.
 *
 * Needs iproute2 and util-linux; changes need CAP_NET_ADMIN, other namespaces CAP_SYS_ADMIN too, locks
 * CAP_NET_BIND_SERVICE. A missing program is an ENOPKG error that names it and its Debian package, a child process that hangs
 * an ETIMEDOUT error.
 *
 * @param given what needs `nft`; absent: it is refused
 */
export function createIproute2Kernel(given: Partial<PacketFilters> = {}): Kernel {
  const filters = { ...noPacketFilters, ...given }
  const held = new Map<string, { readonly file: NamespaceFile; readonly checked: ResultAsync<void, Failure> }>()

  /** One open file per namespace, however often it is opened. */
  function hold(path: string): ResultAsync<NamespaceFile, Failure> {
    return openNamespaceFile(path).andThen((file) => {
      const known = held.get(file.id)
      if (known !== undefined) file.close()
      const { file: kept, checked } = known ?? keep(path, file)
      return checked.map(() => kept)
    })
  }

  function keep(path: string, file: NamespaceFile) {
    const drop = (failure: Failure) => {
      if (held.delete(file.id)) file.close()
      return failure
    }
    const entry = { file, checked: checkNetns(path, file).mapErr(drop) }
    held.set(file.id, entry)
    return entry
  }

  function open(path: string): ResultAsync<Netns, KernelError> {
    return hold(path)
      .map((file) => createNetns(path, file, { hold, open, filters }))
      .mapErr((failure) => ({
        kind: 'kernel',
        operation: 'open',
        object: `namespace ${path}`,
        netns: path,
        ...failure,
      }))
  }

  return {
    open,
    close: () => {
      for (const { file } of held.values()) file.close()
      held.clear()
    },
  }
}
