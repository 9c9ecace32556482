import { type AddRequest, type CniError, errorCodes, type IpamResult, type ResultRoute } from '@vpc-bridge/cni'
import { familiesOf, isInet6 } from '@vpc-bridge/kernel/ip'
import { canonicalRoute } from '@vpc-bridge/plugin'
import { Result } from 'neverthrow'
import { describeFailure } from './failure.ts'
import { type Configured, toAttachment } from './to-attachment.ts'

/**
 * A configuration with the addresses that an IPAM plugin has given, and what comes with them unless the configuration says it
 * itself.
 *
 * @param type of the plugin, which errors name
 */
export function withIpamResult(
  request: AddRequest,
  config: Configured,
  given: IpamResult,
  type: string,
): Result<Configured, CniError> {
  return withAddresses(request, config, given).mapErr(({ code, msg }) => ({
    code,
    msg: `IPAM plugin ${JSON.stringify(type)}: ${msg}`,
  }))
}

/** The addresses are judged as if they stood in the configuration. */
function withAddresses(
  request: AddRequest,
  { attachment, ...config }: Configured,
  given: IpamResult,
): Result<Configured, CniError> {
  const isDefault = ({ dst }: ResultRoute) => dst === '0.0.0.0/0' || dst === '::/0'
  const routers = [...given.ips.map(({ gateway }) => gateway), ...given.routes.filter(isDefault).map(({ gw }) => gw)]
  const router = routers.find((each) => each !== undefined && !isInet6(each))
  const familiesOfRoutes = (routes: readonly ResultRoute[]) => familiesOf(routes.map(({ dst }) => dst))
  const withDefault = familiesOfRoutes(given.routes.filter(isDefault))
  const withoutDefault = familiesOfRoutes(given.routes).filter((family) => !withDefault.includes(family))
  const { document, args: _, ...endpoint } = request
  const addressing = {
    ipAddresses: given.ips.map(({ address }) => address),
    gatewayIPAddress: attachment.gateway ?? (document['gatewayIPAddress'] || router),
  }
  // What the runtime has asked for has been the IPAM plugin's to answer. A key that is there hides those in another case.
  const answered = { ipam: undefined, runtimeConfig: undefined, args: undefined }
  const judged = toAttachment({ ...document, ...answered, ...addressing }, endpoint).mapErr((failure) => ({
    code: errorCodes.invalidConfiguration,
    msg: describeFailure(failure),
  }))
  const routes = Result.combine(given.routes.filter((route) => !isDefault(route)).map(canonicalRoute))
  return judged.andThen(({ attachment: { addresses, gateway } }) =>
    routes.map((others) => ({
      ...config,
      attachment: {
        ...attachment,
        addresses,
        ...(gateway === undefined ? {} : { gateway }),
        routes: others,
        withoutDefault,
      },
      dns: Object.keys(config.dns).length === 0 ? given.dns : config.dns,
    })),
  )
}
