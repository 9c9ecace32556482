import type { CniResult } from '@vpc-bridge/cni'
import { type KernelError, type Link, type Netns, openIfPresent } from '@vpc-bridge/kernel'
import { canonicalPrefix, familyOf, hostPrefix } from '@vpc-bridge/kernel/ip'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { canonicalIp } from '../endpoint/canonical.ts'
import type { MadeInterface } from '../endpoint/result.ts'

/** The kernel's side of the comparison. */
export interface Compared {
  readonly host: Netns
  readonly container: Netns
  /** The links that the result must tell of, with the path of their namespace if that is not the host's. */
  readonly hostLinks: readonly { readonly name: string; readonly sandbox?: string }[]
  /** Set for a virtual machine behind the interface, whose addresses and routes cannot be seen: its MAC address. */
  readonly machineMac?: string
  /** Returns the gateway that goes with an address; absent: any will do. */
  readonly gatewayOf?: (address: string) => string | undefined
}

/**
 * Compares a result with the kernel: the container's interface and ours on the host, the addresses of the interface, and the
 * container's routes in the main table.
 *
 * @param position of the container's interface in the result
 * @returns each difference in words
 */
export function compareResult(
  result: CniResult,
  position: number,
  { host, container, hostLinks, machineMac, gatewayOf }: Compared,
): ResultAsync<readonly string[], KernelError> {
  return safeTry<readonly string[], KernelError>(async function* () {
    const found: string[] = []
    const made = result.interfaces[position]
    if (made === undefined) return ok(found)
    if ((yield* idAt(host, made.sandbox)) !== container.id)
      found.push(`${made.name} is in ${container.path}, not in ${made.sandbox} as prevResult says`)
    const link = yield* container.link(made.name)
    found.push(...differences(made, machineMac ?? link?.mac, link, ` in ${container.path}`))
    for (const { name, sandbox } of hostLinks) {
      const told = result.interfaces.find((each) => each.name === name && each.sandbox === sandbox)
      const there = yield* (yield* sandbox === undefined ? okAsync(host) : host.open(sandbox)).link(name)
      if (told === undefined) found.push(`prevResult does not have the interface ${name}`)
      else found.push(...differences(told, there?.mac, there, ''))
    }
    if (machineMac !== undefined) return ok(found)

    const addresses = yield* container.addresses(made.name).orElse(() => okAsync([]))
    for (const ip of result.ips) {
      if (ip.interface !== position) continue
      const { address, gateway } = canonicalIp(ip)
      if (!addresses.some((each) => each.address === address || each.address === hostPrefix(address)))
        found.push(`${made.name} does not have the address ${address}`)
      const router = gatewayOf === undefined ? gateway : gatewayOf(address)
      if (gateway !== undefined && gateway !== router)
        found.push(`the gateway of ${address} is ${router ?? 'none'}, not ${gateway} as in prevResult`)
    }
    for (const { dst, gw, table } of result.routes) {
      const destination = canonicalPrefix(dst)
      if (destination === undefined || table !== undefined) continue
      const routes = yield* container.routes({ family: familyOf(destination), destination })
      const router = gw === undefined ? undefined : canonicalIp({ address: dst, gateway: gw }).gateway
      if (!routes.some(({ gateway }) => router === undefined || gateway === router))
        found.push(`there is no route to ${dst}${gw === undefined ? '' : ` by ${gw}`} in ${container.path}`)
    }
    return ok(found)
  })
}

function differences(
  { name, mac, mtu }: MadeInterface,
  actual: string | undefined,
  link: Link | undefined,
  where: string,
): readonly string[] {
  if (link === undefined) return [`there is no ${name}${where}`]
  return [
    ...(mac !== undefined && mac.toLowerCase() !== actual
      ? [`${name}${where} has the MAC address ${actual ?? 'none'}, not ${mac} as in prevResult`]
      : []),
    ...(mtu !== undefined && mtu !== link.mtu
      ? [`${name}${where} has the MTU ${link.mtu}, not ${mtu} as in prevResult`]
      : []),
  ]
}

/** Returns the identity of the namespace at a path; `undefined` if there is none. */
function idAt(host: Netns, path: string | undefined): ResultAsync<string | undefined, KernelError> {
  return path === undefined ? okAsync(undefined) : openIfPresent(host, path).map((netns) => netns?.id)
}
