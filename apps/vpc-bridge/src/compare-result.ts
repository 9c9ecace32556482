import type { CniResult, ResultInterface } from '@vpc-bridge/cni'
import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { canonicalPrefix } from '@vpc-bridge/kernel/ip'
import { isNoNetns } from '@vpc-bridge/netns'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { EndpointSteps } from './endpoint.ts'
import { hostPrefix, isInet6 } from './ip-text.ts'

/** The container's interface as a result tells of it. */
export type MadeInterface = Pick<ResultInterface, 'name' | 'mac' | 'mtu'>

/** What a result is compared with. */
interface Subject {
  readonly host: Netns
  readonly container: Netns
  readonly steps: EndpointSteps
  /** Addresses and routes are those of a virtual machine, which nobody here sees. */
  readonly isMachine: boolean
}

/**
 * Where the kernel has not what a result tells: of the container's interface and ours on the host, of the addresses of the
 * interface, and of the container's routes in the main table.
 *
 * @param position of the container's interface in the result
 * @returns each difference in words
 */
export function compareResult(
  result: CniResult,
  position: number,
  { host, container, steps, isMachine }: Subject,
): ResultAsync<readonly string[], KernelError> {
  return safeTry<readonly string[], KernelError>(async function* () {
    const found: string[] = []
    const made = result.interfaces[position]
    if (made === undefined) return ok(found)
    const sandbox = yield* idAt(host, made.sandbox)
    if (sandbox !== container.id)
      found.push(`${made.name} is in ${container.path}, not in ${made.sandbox} as prevResult says`)
    const link = yield* container.link(made.name)
    // Behind a TAP interface is a machine, whose MAC address nobody here knows but by what it was told.
    const mac = isMachine ? steps.interface.mac : link?.mac
    found.push(...differences(made, mac, link, ` in ${container.path}`))
    for (const own of steps.hostInterfaces) {
      const told = result.interfaces.find(({ name, sandbox: at }) => name === own.name && at === own.sandbox)
      const site = yield* own.sandbox === undefined ? okAsync(host) : host.open(own.sandbox)
      const there = yield* site.link(own.name)
      if (told === undefined) found.push(`prevResult does not have the interface ${own.name}`)
      else found.push(...differences(told, there?.mac, there, ''))
    }
    if (isMachine) return ok(found)

    const addresses = yield* container.addresses(made.name).orElse(() => okAsync([]))
    for (const { address, gateway, interface: of } of result.ips) {
      if (of !== position) continue
      if (!addresses.some((each) => each.address === address || each.address === hostPrefix(address))) {
        found.push(`${made.name} does not have the address ${address}`)
      }
      const router = isInet6(address) ? steps.gateways.inet6 : steps.gateways.inet
      if (gateway !== undefined && gateway !== router) {
        found.push(`the gateway of ${address} is ${router ?? 'none'}, not ${gateway} as in prevResult`)
      }
    }
    // Of the default routes the steps know more.
    for (const { dst, gw, table } of result.routes) {
      const destination = canonicalPrefix(dst)
      if (destination === undefined || destination.endsWith('/0') || table !== undefined) continue
      const family = isInet6(destination) ? 'inet6' : 'inet'
      const routes = yield* container.routes({ family, destination })
      if (!routes.some(({ gateway }) => gw === undefined || gateway === gw)) {
        found.push(`there is no route to ${dst}${gw === undefined ? '' : ` by ${gw}`} in ${container.path}`)
      }
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

/** What identifies the namespace at a path; `undefined` if there is none. */
function idAt(host: Netns, path: string | undefined): ResultAsync<string | undefined, KernelError> {
  if (path === undefined) return okAsync(undefined)
  return host
    .open(path)
    .map((netns): string | undefined => netns.id)
    .orElse((error) => (isNoNetns(error) ? okAsync(undefined) : errAsync(error)))
}
