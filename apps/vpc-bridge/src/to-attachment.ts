import { type Command, type Dns, keysWithoutEffect, type Warn } from '@vpc-bridge/config'
import { netnsPath } from '@vpc-bridge/netns'
import type { EndpointIdentity } from '@vpc-bridge/plugin'
import { err, ok, type Result } from 'neverthrow'
import type { Attachment } from './attachment.ts'
import { keys } from './config/keys.ts'
import { parseConfig } from './config/network-config.ts'
import type { Failure } from './failure.ts'
import { recordedName } from './names.ts'

/** Which endpoint a command is about. */
export interface EndpointRef extends EndpointIdentity {
  /** Name or path of the container's network namespace. */
  readonly netns?: string
  /** CNI_ARGS, taken apart: addresses and a MAC address may be asked for by them. */
  readonly args?: Readonly<Record<string, string>>
}

/** A configuration together with the endpoint that it is for. */
export interface Configured {
  readonly attachment: Attachment
  readonly dns: Dns
  /** The IPAM plugin that gives the addresses. */
  readonly ipam?: { readonly type: string }
}

/**
 * What a configuration means for an endpoint.
 *
 * @param document the parsed configuration
 * @param command what is to be done: only an ADD needs addresses
 * @param warn is told of keys in another case, and of those without effect
 */
export function toAttachment(
  document: unknown,
  { netns, args = {}, ...endpoint }: EndpointRef,
  command: Command = 'ADD',
  warn: Warn = () => {},
): Result<Configured, Failure> {
  if (command === 'ADD') keysWithoutEffect(document, keys).forEach(warn)
  const parsed = parseConfig(document, command, { args, warn })
  if (parsed.isErr()) return err({ kind: 'wrong configuration', problems: parsed.error })
  const config = parsed.value
  const { inet: gateway } = config.gateways
  const { eni, mac, mtu, ipam, bridgeType, bridgeNetns } = config
  return ok({
    attachment: {
      ...endpoint,
      network: recordedName(config.name),
      bridgeType,
      interfaceType: config.interface,
      ...(bridgeNetns === undefined ? {} : { bridgeNetns: netnsPath(bridgeNetns) }),
      eni,
      ...(eni.by === 'name' && eni.mac !== undefined ? { eniMac: eni.mac } : {}),
      ...(netns === undefined ? {} : { netns: netnsPath(netns) }),
      addresses: config.addresses,
      ...(gateway === undefined ? {} : { gateway }),
      ...(mac === undefined ? {} : { mac }),
      mtu,
    },
    dns: config.dns,
    ...(ipam === undefined ? {} : { ipam }),
  })
}
