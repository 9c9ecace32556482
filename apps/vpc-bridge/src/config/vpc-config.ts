import { type AddRequest, type CniError, errorCodes, type IpamResult } from '@vpc-bridge/cni'
import { describeProblem, type Field, mapField } from '@vpc-bridge/config'
import type { Family } from '@vpc-bridge/kernel'
import { isInet6 } from '@vpc-bridge/kernel/ip'
import { type Attached, type Configured, canonicalRoute, givenRoutes } from '@vpc-bridge/plugin'
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
 * itself. The addresses are judged as if they stood in the configuration.
 */
export function withIpamResult(
  given: IpamResult,
  { config, ...configured }: Configured<VpcConfig>,
  { document }: AddRequest,
): Result<Attached<VpcConfig>, CniError> {
  const { defaults, others, withoutDefault } = givenRoutes(given.routes)
  const routers = [...given.ips.map(({ gateway }) => gateway), ...defaults.map(({ gw }) => gw)]
  const router = routers.find((each) => each !== undefined && !isInet6(each))
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
  return judged
    .andThen(({ addresses, gateways }) =>
      Result.combine(others.map(canonicalRoute)).map((routes) => ({
        ...configured,
        config: { ...config, gateways, withoutDefault },
        ips: ipsOfConfig({ ...config, addresses, gateways }),
        routes,
        dns: Object.keys(configured.dns).length === 0 ? given.dns : configured.dns,
      })),
    )
    .mapErr(({ code, msg }) => ({ code, msg: `IPAM plugin ${JSON.stringify(configured.ipam?.type ?? '')}: ${msg}` }))
}
