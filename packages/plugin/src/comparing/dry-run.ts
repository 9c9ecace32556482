import { intercept, type KernelError, type Netns, operationError, type Recorded, record } from '@vpc-bridge/kernel'
import type { DryRun } from '@vpc-bridge/step'
import { errAsync, okAsync, ResultAsync } from 'neverthrow'
import { hasLinkKind } from '../observation/link-kinds.ts'

/** Copies the host's network configuration, and all that can be reached from it, to try changes on and to record them. */
export function dryRunOn(host: Netns): ResultAsync<DryRun<Netns, Recorded>, KernelError> {
  return copyOfHost(host).map(record)
}

/** Copies the host as {@link dryRunOn}. The copy has no driver for dummy links either if the host has none. */
export function copyOfHost(host: Netns): ResultAsync<Netns, KernelError> {
  // Loaded where it is needed, which is not where a container runtime waits for an ADD.
  const memory = ResultAsync.fromSafePromise(import('@vpc-bridge/kernel/memory'))
  const copied = memory.andThen(({ copyOf }) => copyOf(host))
  return copied.map((copy) =>
    intercept(copy, (operation, where, proceed) => {
      if (operation.do !== 'add link' || operation.link.kind !== 'dummy') return proceed()
      // Without privileges the kernel cannot be asked.
      const isPresent = hasLinkKind(host, 'dummy').orElse(() => okAsync(true))
      return isPresent.andThen((present) =>
        present ? proceed() : errAsync(operationError(operation, where.path, 'EOPNOTSUPP', 'Unknown device type')),
      )
    }),
  )
}
