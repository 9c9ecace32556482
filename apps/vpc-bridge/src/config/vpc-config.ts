import { type AddRequest, type CniError, errorCodes, type IpamResult, type ResultRoute } from '@vpc-bridge/cni'
import { describeProblem, type Field, mapField } from '@vpc-bridge/config'
import type { Family } from '@vpc-bridge/kernel'
import { familiesOf, isInet6 } from '@vpc-bridge/kernel/ip'
import { type Attached, type Configured, canonicalRoute } from '@vpc-bridge/plugin'
import { Result } from 'neverthrow'
import { type NetworkConfig, networkConfig, parseConfig } from './network-config.ts'

/** The ENI's traffic is routed to the containers, or switched. */
export type BridgeType = NetworkConfig['bridgeType']

/** The interface that the container gets; a TAP interface is for a virtual machine that a user runs in the container. */
export type InterfaceType = NetworkConfig['interface']

/** A configuration of vpc-bridge. */
export interface VpcConfig extends NetworkConfig {
  /** The IP versions of which an IPAM plugin gave routes, but no default one. */
  readonly withoutDefault?: readonly Family[]
}

/** All keys of vpc-bridge, the engine's too. */
export const whole: Field<Configured<VpcConfig>> = mapField(networkConfig, (config) => {
  const { name: network, dns, ipam } = config
  return { network, config, dns, ...(ipam === undefined ? {} : { ipam }) }
})

/** Returns the addresses of a configuration with its routers. */
export function ipsOfConfig({ addresses, gateways }: VpcConfig): Attached<VpcConfig>['ips'] {
  return addresses.map((address) => {
    const gateway = isInet6(address) ? undefined : gateways.inet
    return { address, ...(gateway === undefined ? {} : { gateway }) }
  })
}

/**
 * Returns a configuration with the addresses that an IPAM plugin has given, and what comes with them unless the configuration says it
 * itself.
 */
export function withIpamResult(
  given: IpamResult,
  configured: Configured<VpcConfig>,
  request: AddRequest,
): Result<Attached<VpcConfig>, CniError> {
  const type = configured.ipam?.type ?? ''
  return accept(given, configured, request).mapErr(({ code, msg }) => ({
    code,
    msg: `IPAM plugin ${JSON.stringify(type)}: ${msg}`,
  }))
}

/** The addresses are judged as if they stood in the configuration. */
function accept(
  given: IpamResult,
  { config, ...configured }: Configured<VpcConfig>,
  { document }: AddRequest,
): Result<Attached<VpcConfig>, CniError> {
  const isDefault = ({ dst }: ResultRoute) => dst === '0.0.0.0/0' || dst === '::/0'
  const routers = [...given.ips.map(({ gateway }) => gateway), ...given.routes.filter(isDefault).map(({ gw }) => gw)]
  const router = routers.find((each) => each !== undefined && !isInet6(each))
  const familiesOfRoutes = (routes: readonly ResultRoute[]) => familiesOf(routes.map(({ dst }) => dst))
  const withDefault = familiesOfRoutes(given.routes.filter(isDefault))
  const withoutDefault = familiesOfRoutes(given.routes).filter((family) => !withDefault.includes(family))
  const addressing = {
    ipAddresses: given.ips.map(({ address }) => address),
    gatewayIPAddress: config.gateways.inet ?? (document['gatewayIPAddress'] || router),
  }
  // What the runtime has asked for has been the IPAM plugin's to answer. A key that is there hides those in another case.
  const answered = { ipam: undefined, runtimeConfig: undefined, args: undefined }
  const judged = parseConfig({ ...document, ...answered, ...addressing }).mapErr((problems) => ({
    code: errorCodes.invalidConfiguration,
    msg: problems.map(describeProblem).join('; '),
  }))
  const routes = Result.combine(given.routes.filter((route) => !isDefault(route)).map(canonicalRoute))
  return judged.andThen(({ addresses, gateways }) =>
    routes.map((others) => ({
      ...configured,
      config: { ...config, gateways, withoutDefault },
      ips: ipsOfConfig({ ...config, addresses, gateways }),
      routes: others,
      dns: Object.keys(configured.dns).length === 0 ? given.dns : configured.dns,
    })),
  )
}
