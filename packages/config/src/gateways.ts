import { type Document, isLeftOut } from './document.ts'
import { firstHost, reservedIn, unusableAsRouter } from './host-address.ts'
import { type Family, formatPrefix, type Ip } from './ip.ts'
import { address } from './kind.ts'

/** Address of the router for each family that has one. */
export type Gateways = Readonly<Partial<Record<Family, string>>>

/**
 * Reads `gatewayIPAddress`.
 *
 * @param addresses those of the container; `undefined` when they are unknown, and only the gateway itself is judged
 * @returns for each family the router: the one given; for IPv4 else the first address of the container's first subnet
 */
export function gatewaysOf(document: Document, addresses: readonly Ip[] | undefined): Gateways {
  const found = document.at('gatewayIPAddress')
  const isGiven = !isLeftOut(document, 'gatewayIPAddress')
  const given = isGiven ? address.read(document, 'gatewayIPAddress') : undefined
  const isUnreadable = isGiven && given === undefined
  const reasons = [
    ...(given === undefined ? [] : wrongWith(given, addresses ?? [])),
    ...(isUnreadable || given?.family === 'inet' ? [] : notDerivable(addresses ?? [])),
  ]
  for (const expected of reasons) document.problems.push({ path: 'gatewayIPAddress', found, expected })
  const derived = derivedGateway(addresses ?? [])
  return {
    ...(derived === undefined ? {} : { inet: derived }),
    ...(given === undefined ? {} : { [given.family]: given.address }),
  }
}

const familyNames: Readonly<Record<Family, string>> = { inet: 'IPv4', inet6: 'IPv6' }

/** What would be right in place of a gateway, once for each thing that is wrong with it. */
function wrongWith(gateway: Ip, addresses: readonly Ip[]): readonly string[] {
  const ofFamily = addresses.filter(({ family }) => family === gateway.family)
  const other = gateway.family === 'inet' ? 'inet6' : 'inet'
  const reason =
    unusableAsRouter(gateway) ??
    ofFamily.map((subnet) => reservedIn(subnet, gateway.address)).find((reserved) => reserved !== undefined)
  return [
    ...(ofFamily.length === 0 && addresses.length > 0
      ? [`an ${familyNames[other]} address, as those of ipAddresses are`]
      : []),
    ...(ofFamily.some(({ address }) => address === gateway.address)
      ? ["another address than the container's own"]
      : []),
    ...(reason === undefined ? [] : [`an address that a router can have; this is ${reason}`]),
  ]
}

/** What is needed when a container with IPv4 addresses has no IPv4 gateway. */
function notDerivable(addresses: readonly Ip[]): readonly string[] {
  const first = firstInet(addresses)
  return first === undefined || derivedGateway(addresses) !== undefined
    ? []
    : [`an IPv4 address: none can be derived from ${formatPrefix(first)}`]
}

/**
 * The first address of the subnet of the first IPv4 address, where a VPC has its router.
 *
 * @returns `undefined` without IPv4, when the subnet has no room for a router, and when that address is the container's own
 */
function derivedGateway(addresses: readonly Ip[]): string | undefined {
  const first = firstInet(addresses)
  const router = first === undefined ? undefined : firstHost(first)
  return addresses.some(({ address }) => address === router) ? undefined : router
}

function firstInet(addresses: readonly Ip[]): Ip | undefined {
  return addresses.find(({ family }) => family === 'inet')
}
