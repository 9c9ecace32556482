import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { type KernelError, operationError } from './error.ts'
import { isLinkName } from './link-name.ts'
import type { Netns } from './netns.ts'
import type { Operation } from './operation.ts'

type MoveLink = Extract<Operation, { readonly do: 'move link' }>

/**
 * Moves a link that is to have another name where it goes, for drivers: the kernel moves it first, and leaves it there when it then
 * refuses the name.
 *
 * @param perform makes the kernel's request
 */
export function moveAs(
  home: Netns,
  operation: MoveLink & { readonly as: string },
  perform: () => ResultAsync<void, KernelError>,
): ResultAsync<void, KernelError> {
  const { name, as, netns } = operation
  const refuse = (errno: string, message: string) => errAsync(operationError(operation, home.path, errno, message))
  if (!isLinkName(as)) return refuse('EINVAL', `"${as}" is not a valid ifname`)
  return home
    .open(netns)
    .mapErr(({ errno, message }) => operationError(operation, home.path, errno, message))
    .andThen((far) =>
      far.link(as).andThen((taken) => {
        if (taken !== undefined && far.id !== home.id) return refuse('EEXIST', 'File exists')
        return perform().orElse((error) => moveBack(home, far, name).andThen(() => errAsync(error)))
      }),
    )
}

function moveBack(home: Netns, far: Netns, name: string): ResultAsync<void, KernelError> {
  return home
    .link(name)
    .andThen((stayed) =>
      stayed === undefined
        ? far
            .link(name)
            .andThen((moved) =>
              moved === undefined ? okAsync() : far.change({ do: 'move link', name, netns: home.path }),
            )
        : okAsync(),
    )
}
