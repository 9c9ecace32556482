import { toCommand } from '@vpc-bridge/cli'
import type { Netns } from '@vpc-bridge/kernel'
import { isInet6 } from '@vpc-bridge/kernel/ip'
import { type Endpoint, type EndpointIdentity, recordedName, type WalkOptions } from '@vpc-bridge/plugin'
import { err, ok, type Result } from 'neverthrow'
import type { BridgeType, InterfaceType, VpcConfig } from '../../src/config/vpc-config.ts'
import { hostLinkFor } from '../../src/endpoint/endpoint-record.ts'
import { macOf } from '../../src/endpoint/model.ts'
import { vpcBridge } from '../../src/vpc-bridge.ts'

/** An endpoint in short, as tests write it down. */
export interface Attachment extends EndpointIdentity {
  readonly network: string
  readonly bridgeType: BridgeType
  readonly interfaceType: InterfaceType
  readonly bridgeNetns?: string
  readonly eni: VpcConfig['eni']
  readonly netns?: string
  readonly addresses: readonly string[]
  readonly gateway?: string
  readonly mac?: string
  readonly mtu: number
}

/** Returns an endpoint as the engine takes it. */
function endpointOf(attachment: Attachment): Endpoint<VpcConfig> {
  const { containerId, ifName, netns = '', addresses, gateway } = attachment
  const network = recordedName(attachment.network)
  const config: VpcConfig = {
    ...attachment,
    name: attachment.network,
    interface: attachment.interfaceType,
    eniAddresses: [],
    vpcCidrs: [],
    gateways: gateway === undefined ? {} : { inet: gateway },
    dns: {},
  }
  return {
    network,
    config,
    containerId,
    ifName,
    netns,
    ips: addresses.map((address) => ({
      address,
      ...(gateway === undefined || isInet6(address) ? {} : { gateway }),
    })),
    routes: [],
    dns: {},
    args: {},
    mac: macOf(attachment),
    hostLink: hostLinkFor({ ...attachment, network }),
  }
}

export function add(host: Netns, attachment: Attachment, options: WalkOptions) {
  return vpcBridge.add(host, endpointOf(attachment), options)
}

export function del(host: Netns, attachment: Attachment, options: WalkOptions) {
  return vpcBridge.del(host, endpointOf(attachment), options)
}

export function checkEndpoint(host: Netns, attachment: Attachment, isInstalled: (program: string) => boolean) {
  return vpcBridge.compare(host, endpointOf(attachment), { isInstalled, toCommand })
}

/** Returns the network that an ADD would use. */
export function usableNetwork(host: Netns, attachment: Attachment) {
  return vpcBridge.observe(host, endpointOf(attachment)).map(({ network }) => network)
}

export function removeLeftovers(host: Netns, attachment: Attachment, options: WalkOptions) {
  return networkOf(attachment).removeLeftovers(host, options)
}

/** Returns the network of an endpoint, as the command line asks for it to collect what is gone. */
function networkOf({ network, eni, bridgeType, bridgeNetns, containerId, ifName, netns }: Attachment) {
  const document = {
    name: network,
    ...(eni.by === 'name' ? { eniName: eni.name } : { eniMACAddress: eni.mac }),
    bridgeType,
    ...(bridgeNetns === undefined ? {} : { bridgeNetNSPath: bridgeNetns }),
  }
  const endpoint = { containerId, ifName, ...(netns === undefined ? {} : { netns }) }
  const asked = { document, endpoint, command: 'GC', warn: () => {}, program: 'vpc-bridge' } as const
  return vpcBridge.explore.configure(asked)._unsafeUnwrap()
}

/** Removes what leads to nobody, and a network that has no endpoints. */
export async function removeStrays(
  host: Netns,
  attachment: Attachment,
  options: WalkOptions,
): Promise<Result<void, unknown>> {
  const [failure] = await removeLeftovers(host, attachment, options)
  return failure === undefined ? ok() : err(failure)
}

/** Removes another endpoint of the network of one, by its record. Returns why it could not. */
export async function removeEndpoint(
  host: Netns,
  attachment: Attachment,
  { containerId, ifName }: EndpointIdentity,
  options: WalkOptions,
) {
  const recorded = (await networkOf(attachment).endpoints(host))._unsafeUnwrap()
  const found = recorded.find((each) => each.containerId === containerId && each.ifName === ifName)
  if (found === undefined) return 'it has no record'
  const removed = await found.remove(options)
  return removed.isErr() ? removed.error : undefined
}
