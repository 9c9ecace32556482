import type { CniResult } from '@vpc-bridge/cni'
import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { canonicalPrefix } from '@vpc-bridge/kernel/ip'
import { isNoNetns } from '@vpc-bridge/netns'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { MadeInterface } from './drift.ts'

/**
 * Compares a result with the kernel: the container's interface and ours on the host, the addresses of the interface, and the
 * container's routes in the main table.
 *
 * @param position of the container's interface in the result
 * @param hostLinks names of the host's links that the result must tell of
 * @returns each difference in words
 */
export function compareResult(
  result: CniResult,
  position: number,
  {
    host,
    container,
    hostLinks,
  }: { readonly host: Netns; readonly container: Netns; readonly hostLinks: readonly string[] },
): ResultAsync<readonly string[], KernelError> {
  return safeTry<readonly string[], KernelError>(async function* () {
    const found: string[] = []
    const made = result.interfaces[position]
    if (made === undefined) return ok(found)
    if ((yield* idAt(host, made.sandbox)) !== container.id)
      found.push(`${made.name} is in ${container.path}, not in ${made.sandbox} as prevResult says`)
    found.push(...differences(made, yield* container.link(made.name), ` in ${container.path}`))
    for (const name of hostLinks) {
      const told = result.interfaces.find((each) => each.name === name && each.sandbox === undefined)
      if (told === undefined) found.push(`prevResult does not have the interface ${name}`)
      else found.push(...differences(told, yield* host.link(name), ''))
    }
    const addresses = yield* container.addresses(made.name).orElse(() => okAsync([]))
    for (const { address, interface: of } of result.ips) {
      if (of === position && !addresses.some((each) => each.address === address))
        found.push(`${made.name} does not have the address ${address}`)
    }
    for (const { dst, gw, table } of result.routes) {
      const destination = canonicalPrefix(dst)
      if (destination === undefined || table !== undefined) continue
      const routes = yield* container.routes({ family: destination.includes(':') ? 'inet6' : 'inet', destination })
      if (!routes.some(({ gateway }) => gw === undefined || gateway === gw))
        found.push(`there is no route to ${dst}${gw === undefined ? '' : ` by ${gw}`} in ${container.path}`)
    }
    return ok(found)
  })
}

function differences({ name, mac, mtu }: MadeInterface, link: Link | undefined, where: string): readonly string[] {
  if (link === undefined) return [`there is no ${name}${where}`]
  return [
    ...(mac !== undefined && mac.toLowerCase() !== link.mac
      ? [`${name}${where} has the MAC address ${link.mac ?? 'none'}, not ${mac} as in prevResult`]
      : []),
    ...(mtu !== undefined && mtu !== link.mtu
      ? [`${name}${where} has the MTU ${link.mtu}, not ${mtu} as in prevResult`]
      : []),
  ]
}

/** Returns the identity of the namespace at a path; `undefined` if there is none. */
function idAt(host: Netns, path: string | undefined): ResultAsync<string | undefined, KernelError> {
  if (path === undefined) return okAsync(undefined)
  return host
    .open(path)
    .map((netns): string | undefined => netns.id)
    .orElse((error) => (isNoNetns(error) ? okAsync(undefined) : errAsync(error)))
}
