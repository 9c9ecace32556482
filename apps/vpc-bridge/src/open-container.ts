import type { Netns } from '@vpc-bridge/kernel'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { Attachment } from './attachment.ts'
import type { Failure } from './failure.ts'

/** Opens the container's namespace, which must be there and not be the host's. */
export function openContainer(
  host: Netns,
  { netns = '' }: Attachment,
): ResultAsync<{ readonly container: Netns; readonly netns: string }, Failure> {
  return host
    .open(netns)
    .mapErr((error): Failure => {
      if (error.errno === 'ENOENT') return { kind: 'namespace missing', netns }
      if (error.errno === 'EINVAL') return { kind: 'not a namespace', netns }
      return error
    })
    .andThen((container) =>
      container.id === host.id
        ? errAsync<never, Failure>({ kind: "host's namespace", netns })
        : okAsync({ container, netns }),
    )
}
