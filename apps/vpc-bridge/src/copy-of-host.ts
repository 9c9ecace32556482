import { intercept, type KernelError, type Netns, operationError } from '@vpc-bridge/kernel'
import { copyOf } from '@vpc-bridge/kernel/memory'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { hasDriver } from './drivers.ts'

/** A copy of the host to try things on, which has no driver for dummy links either if the host has none. */
export function copyOfHost(host: Netns): ResultAsync<Netns, KernelError> {
  return copyOf(host).map((copy) =>
    intercept(copy, (operation, where, proceed) => {
      if (operation.do !== 'add link' || operation.link.kind !== 'dummy') return proceed()
      // Without privileges nobody can be asked.
      const isThere = hasDriver(host, 'dummy').orElse(() => okAsync(true))
      return isThere.andThen((there) =>
        there ? proceed() : errAsync(operationError(operation, where.path, 'EOPNOTSUPP', 'Unknown device type')),
      )
    }),
  )
}
