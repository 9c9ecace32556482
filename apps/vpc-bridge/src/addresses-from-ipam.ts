import { type CniError, type Delegation, errorCodes, type IpamResult, ipamAdd, type ResultRoute } from '@vpc-bridge/cni'
import { prefixToBytes } from '@vpc-bridge/kernel/ip'
import { err, ok, Result, type ResultAsync } from 'neverthrow'
import type { ContainerRoute } from './endpoint.ts'
import { canonicalPrefix, isInet6 } from './ip-text.ts'
import type { Configured } from './to-attachment.ts'

/** Has an IPAM plugin give an endpoint its addresses, and what comes with them unless the configuration says it itself. */
export function addressesFromIpam(delegation: Delegation, config: Configured): ResultAsync<Configured, CniError> {
  return ipamAdd(delegation).andThen((given) =>
    withAddresses(config, given).mapErr(({ code, msg }) => ({
      code,
      msg: `IPAM plugin ${JSON.stringify(delegation.type)}: ${msg}`,
    })),
  )
}

function withAddresses({ attachment, ...config }: Configured, given: IpamResult): Result<Configured, CniError> {
  const addresses = given.ips.map(({ address }) => address)
  const wrong = addresses.filter((address) => prefixToBytes(address) === undefined)
  if (wrong.length > 0) return unreadable(`${JSON.stringify(wrong[0])} is no address with a prefix length`)
  const unneeded = Object.values(config.gateways).find((each) => !addresses.some(isLike(each)))
  if (unneeded !== undefined) {
    const msg = `it gives no address of the IP version that gatewayIPAddress, ${unneeded}, has`
    return err({ code: errorCodes.invalidConfiguration, msg })
  }
  const isDefault = ({ dst }: ResultRoute) => dst === '0.0.0.0/0' || dst === '::/0'
  const gateways = [...given.ips.map(({ gateway }) => gateway), ...given.routes.filter(isDefault).map(({ gw }) => gw)]
  const gateway = attachment.gateway ?? gateways.find((each) => each !== undefined && !isInet6(each))
  if (gateway === undefined && addresses.some((address) => !isInet6(address))) {
    return unreadable('it gives an IPv4 address without a gateway, and gatewayIPAddress is not configured either')
  }
  return Result.combine(given.routes.filter((route) => !isDefault(route)).map(toContainerRoute)).map((routes) => ({
    ...config,
    attachment: { ...attachment, addresses, routes, ...(gateway === undefined ? {} : { gateway }) },
    dns: Object.keys(config.dns).length === 0 ? given.dns : config.dns,
  }))
}

function isLike(address: string): (other: string) => boolean {
  return (other) => isInet6(other) === isInet6(address)
}

function toContainerRoute({ dst, gw, priority, ...others }: ResultRoute): Result<ContainerRoute, CniError> {
  const destination = canonicalPrefix(dst)
  if (destination === undefined) return unreadable(`${JSON.stringify(dst)} is no prefix, such as 10.0.0.0/8`)
  const [key] = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  if (key !== undefined) {
    return err({ code: errorCodes.unsupportedField, msg: `the route to ${dst} has "${key}", which is not supported` })
  }
  return ok({
    destination,
    ...(gw === undefined ? {} : { gateway: gw }),
    ...(priority === undefined ? {} : { metric: priority }),
  })
}

function unreadable(msg: string): Result<never, CniError> {
  return err({ code: errorCodes.decodingFailure, msg })
}
