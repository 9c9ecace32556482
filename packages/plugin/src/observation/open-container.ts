import { type Netns, openIfPresent } from '@vpc-bridge/kernel'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { Failure } from '../errors/failure.ts'

/** Opens the container's namespace, which must exist and not be the host's. */
export function openContainer(host: Netns, netns: string): ResultAsync<Netns, Failure> {
  return host
    .open(netns)
    .mapErr((error): Failure => {
      if (error.errno === 'ENOENT') return { kind: 'namespace missing', netns }
      return error.errno === 'EINVAL' ? { kind: 'not a namespace', netns } : error
    })
    .andThen((container) =>
      container.id === host.id ? errAsync<Netns, Failure>({ kind: "host's namespace", netns }) : okAsync(container),
    )
}

/** Opens the container's namespace as a removal does: `undefined` if it is missing, or none is named. Never the host's. */
export function openContainerIfPresent(host: Netns, netns: string): ResultAsync<Netns | undefined, Failure> {
  if (netns === '') return okAsync(undefined)
  return openIfPresent(host, netns).andThen((container) =>
    container?.id === host.id ? errAsync<undefined, Failure>({ kind: "host's namespace", netns }) : okAsync(container),
  )
}
