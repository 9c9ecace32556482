import { type CniError, type Delegation, errorCodes, type IpamResult, ipamAdd } from '@vpc-bridge/cni'
import { prefixToBytes } from '@vpc-bridge/kernel/ip'
import { err, ok, type Result, type ResultAsync } from 'neverthrow'
import type { Configured } from './to-attachment.ts'

/** Has an IPAM plugin give an endpoint its addresses, and what comes with them unless the configuration says it itself. */
export function addressesFromIpam(delegation: Delegation, config: Configured): ResultAsync<Configured, CniError> {
  return ipamAdd(delegation).andThen((given) => withAddresses(config, given, delegation.type))
}

function withAddresses(
  { attachment, ...config }: Configured,
  given: IpamResult,
  type: string,
): Result<Configured, CniError> {
  const addresses = given.ips.map(({ address }) => address)
  const wrong = addresses.filter((address) => prefixToBytes(address) === undefined)
  if (wrong.length > 0) {
    const msg = `IPAM plugin ${JSON.stringify(type)}: ${JSON.stringify(wrong[0])} is no address with a prefix length`
    return err({ code: errorCodes.decodingFailure, msg })
  }
  const gateway = attachment.gateway ?? given.ips.find(({ address }) => !address.includes(':'))?.gateway
  return ok({
    ...config,
    attachment: { ...attachment, addresses, ...(gateway === undefined ? {} : { gateway }) },
    dns: Object.keys(config.dns).length === 0 ? given.dns : config.dns,
    routes: given.routes,
  })
}
