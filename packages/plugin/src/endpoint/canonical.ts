import {
  type CniError,
  type CniResult,
  errorCodes,
  type IpamResult,
  type ResultIp,
  type ResultRoute,
} from '@vpc-bridge/cni'
import type { Family } from '@vpc-bridge/kernel'
import {
  addressToBytes,
  bytesToAddress,
  canonicalPrefix,
  familiesOf,
  familyOf,
  isDefaultDestination,
  prefixToBytes,
} from '@vpc-bridge/kernel/ip'
import { err, ok, type Result } from 'neverthrow'
import type { Addressing, EndpointIp, EndpointRoute } from './endpoint.ts'

/**
 * Returns the answer of an IPAM plugin in canonical texts, routes without a next hop by the gateway of their IP version; or an
 * error for what is no address, and for attributes of routes that no step would set.
 *
 * @param type of the plugin, which errors name
 */
export function fromIpam({ ips, routes }: IpamResult, type: string): Result<Addressing, CniError> {
  const wrong = (code: number, msg: string) => err({ code, msg: `IPAM plugin ${JSON.stringify(type)}: ${msg}` })
  const canonicalIps: EndpointIp[] = []
  for (const { address, gateway } of ips) {
    const own = canonicalOwn(address)
    if (own === undefined)
      return wrong(errorCodes.decodingFailure, notA(address, 'address with prefix length, such as 10.1.0.5/24'))
    const router = gateway === undefined ? undefined : canonicalAddress(gateway)
    if (gateway !== undefined && router === undefined)
      return wrong(errorCodes.decodingFailure, notA(gateway, 'address'))
    canonicalIps.push({ address: own, ...(router === undefined ? {} : { gateway: router }) })
  }
  const canonicalRoutes: EndpointRoute[] = []
  for (const each of routes) {
    const route = canonicalRoute(each)
    if (route.isErr()) return wrong(route.error.code, route.error.msg)
    const { destination, gateway: gw, metric } = route.value
    const router = canonicalIps.find(({ address }) => familyOf(address) === familyOf(destination))?.gateway
    const gateway = gw === undefined ? router : canonicalAddress(gw)
    if (gw !== undefined && gateway === undefined) return wrong(errorCodes.decodingFailure, notA(gw, 'address'))
    canonicalRoutes.push({
      destination,
      ...(gateway === undefined ? {} : { gateway }),
      ...(metric === undefined ? {} : { metric }),
    })
  }
  return ok({ ips: canonicalIps, routes: canonicalRoutes })
}

/**
 * Returns a route of an IPAM plugin, its destination in canonical text, its next hop as it is told; or an error for what is no
 * prefix, and for attributes that no step would set.
 */
export function canonicalRoute({ dst, gw, priority, ...others }: ResultRoute): Result<EndpointRoute, CniError> {
  const destination = canonicalPrefix(dst)
  if (destination === undefined)
    return err({ code: errorCodes.decodingFailure, msg: notA(dst, 'prefix, such as 10.0.0.0/8') })
  const [key] = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  if (key !== undefined)
    return err({ code: errorCodes.unsupportedField, msg: `the route to ${dst} has "${key}", which is not supported` })
  return ok({
    destination,
    ...(gw === undefined ? {} : { gateway: gw }),
    ...(priority === undefined ? {} : { metric: priority }),
  })
}

/** The routes of an IPAM plugin, the default ones apart. */
export interface GivenRoutes {
  readonly defaults: readonly ResultRoute[]
  readonly others: readonly ResultRoute[]
  /** The IP versions of which it gives routes, but no default one. */
  readonly withoutDefault: readonly Family[]
}

/** Takes the routes of an IPAM plugin apart. */
export function givenRoutes(routes: readonly ResultRoute[]): GivenRoutes {
  const isDefault = ({ dst }: ResultRoute) => isDefaultDestination(dst)
  const defaults = routes.filter(isDefault)
  const familiesIn = (some: readonly ResultRoute[]) => familiesOf(some.map(({ dst }) => dst))
  const withDefault = familiesIn(defaults)
  return {
    defaults,
    others: routes.filter((route) => !isDefault(route)),
    withoutDefault: familiesIn(routes).filter((family) => !withDefault.includes(family)),
  }
}

/** Returns the addresses that a result tells of a container's interface; what does not say whose it is counts. */
export function ipsOf(
  { interfaces, ips }: Pick<CniResult, 'interfaces' | 'ips'>,
  ifName: string,
): readonly EndpointIp[] {
  const position = positionOf(interfaces, ifName)
  return ips.filter((ip) => ip.interface === undefined || ip.interface === position).map(canonicalIp)
}

/** Returns the place of a container's interface in a result, -1 if it is missing. */
export function positionOf(interfaces: CniResult['interfaces'], ifName: string): number {
  return interfaces.findIndex(({ name, sandbox }) => name === ifName && sandbox !== undefined)
}

/** Returns an address of a result in canonical text, as it is if it is none. */
export function canonicalIp({ address, gateway }: Pick<ResultIp, 'address' | 'gateway'>): EndpointIp {
  const router = gateway === undefined ? undefined : (canonicalAddress(gateway) ?? gateway)
  return { address: canonicalOwn(address) ?? address, ...(router === undefined ? {} : { gateway: router }) }
}

/** Returns an address with the prefix length of its subnet, all bits kept. */
function canonicalOwn(text: string): string | undefined {
  const prefix = prefixToBytes(text)
  return prefix === undefined ? undefined : `${bytesToAddress(prefix.bytes)}/${prefix.length}`
}

function canonicalAddress(text: string): string | undefined {
  const bytes = addressToBytes(text)
  return bytes === undefined ? undefined : bytesToAddress(bytes)
}

function notA(found: string, expected: string): string {
  return `${JSON.stringify(found)} is no ${expected}`
}
