import { type CniResult, kubernetesArgs, type ResultRoute } from '@vpc-bridge/cni'
import type { Dns } from '@vpc-bridge/config'
import { isInet6 } from '@vpc-bridge/kernel/ip'
import { reportedAddresses, withNamespace } from '@vpc-bridge/plugin'
import type { Added } from './add.ts'

/** What is reported besides what an ADD made. */
export interface Reported {
  readonly dns: Dns
  /** CNI_ARGS, taken apart. */
  readonly args: Readonly<Record<string, string>>
}

/** What an ADD made, as the CNI protocol reports it: the container's interface, with its addresses, then the host's. */
export function toResult(
  { attachment, interface: made, hostInterfaces, gateways, defaultRouters }: Added,
  reported: Reported,
): CniResult {
  const { addresses, netns } = attachment
  const { podNamespace, podName } = kubernetesArgs(reported.args)
  return {
    interfaces: [{ ...made, sandbox: netns }, ...hostInterfaces],
    ips: reportedAddresses(addresses, podName).map((address) => {
      const gateway = isInet6(address) ? gateways.inet6 : gateways.inet
      return { address, ...(gateway === undefined ? {} : { gateway }), interface: 0 }
    }),
    routes: routesOf(attachment.routes ?? [], defaultRouters),
    dns: withNamespace(reported.dns, podNamespace),
  }
}

/** The default routes, and the others. */
function routesOf(
  routes: NonNullable<Added['attachment']['routes']>,
  { inet, inet6 }: Added['defaultRouters'],
): readonly ResultRoute[] {
  return [
    ...(inet === undefined ? [] : [{ dst: '0.0.0.0/0', gw: inet }]),
    ...(inet6 === undefined ? [] : [{ dst: '::/0', gw: inet6 }]),
    ...routes.map(({ destination, gateway, metric }) => ({
      dst: destination,
      ...(gateway === undefined ? {} : { gw: gateway }),
      ...(metric === undefined ? {} : { priority: metric }),
    })),
  ]
}
