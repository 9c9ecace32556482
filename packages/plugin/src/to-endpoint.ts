import { kubernetesArgs, type Request, type ResultDns } from '@vpc-bridge/cni'
import {
  type Command,
  dns,
  type Field,
  fields,
  forMaking,
  ipam,
  keysWithoutEffect,
  neededIpam,
  networkName,
  readDocument,
  type Warn,
} from '@vpc-bridge/config'
import { netnsPath } from '@vpc-bridge/netns'
import { err, ok, type Result } from 'neverthrow'
import type { Addressing, Definition, Endpoint } from './definition.ts'
import { type EndpointRecord, longestContainerId, writeEndpoint } from './endpoint-record.ts'
import type { Failure } from './failure.ts'
import { hostVethName, macFor } from './names.ts'
import type { RecordFormat } from './record.ts'

/** A network configuration as the engine and the plugin read it. */
export interface Configured<C> {
  readonly network: string
  readonly config: C
  readonly dns: ResultDns
  /** The IPAM plugin that gives the addresses. */
  readonly ipam?: { readonly type: string }
}

const unaddressed = { network: networkName, dns: forMaking(dns) }

/** The engine's own keys. */
const engineKeys = {
  none: fields(unaddressed),
  optional: fields({ ...unaddressed, ipam }),
  required: fields({ ...unaddressed, ipam: neededIpam }),
}

/** Returns all keys of a plugin: the engine's, and its own, of which a removal must not fail for what is wrong. */
export function configurationOf<C>(plugin: Pick<Definition<C, never>, 'config' | 'ipam'>): Field<Configured<C>> {
  const [common, own] = [engineKeys[plugin.ipam], forMaking(plugin.config)]
  return {
    keys: [...common.keys, ...own.keys],
    conditions: [...(common.conditions ?? []), ...(own.conditions ?? [])],
    read: (document, purpose) => ({ ...common.read(document, purpose), config: own.read(document, purpose) }),
  }
}

/** Reads a configuration as far as a command needs it. */
export function readConfig<C>(
  configuration: Field<Configured<C>>,
  { document, args = {} }: Pick<Request, 'document'> & Pick<EndpointRef, 'args'>,
  command: Command,
  warn: Warn,
): Result<Configured<C>, Failure> {
  if (command === 'ADD') keysWithoutEffect(document, configuration).forEach(warn)
  return readDocument(document, configuration, command, { args, warn }).mapErr(
    (problems): Failure => ({ kind: 'wrong configuration', problems }),
  )
}

/** An endpoint as a command names it. */
export interface EndpointRef {
  readonly containerId: string
  readonly ifName: string
  readonly netns?: string
  readonly args?: Readonly<Record<string, string>>
}

/** Returns the endpoint that a command is about, with addresses and routes as far as they are known. */
export function toEndpoint<C>(
  format: RecordFormat,
  { network, config, dns }: Configured<C>,
  { containerId, ifName, netns, args = {} }: EndpointRef,
  given: Addressing,
): Endpoint<C> {
  const name = hostVethName({ containerId, ifName })
  const record: EndpointRecord = { network, containerId, ifName, addresses: given.ips.map(({ address }) => address) }
  return {
    network,
    config,
    containerId,
    ifName,
    netns: netns === undefined || netns === '' ? '' : netnsPath(netns),
    ...given,
    dns: withNamespace(dns, kubernetesArgs(args).podNamespace),
    args,
    mac: macFor(`container end of ${name}`),
    hostLink: {
      name,
      mac: macFor(`host end of ${name}`),
      // There may be less room than in the finished one.
      alias: format.alias(writeEndpoint(format, { ...record, isUnfinished: true }), ['unfinished', 'addresses']),
    },
  }
}

/** Refuses a container ID for which the record has no room. */
export function refuseLongId(
  format: RecordFormat,
  endpoint: Pick<Endpoint<unknown>, 'network' | 'containerId' | 'ifName'>,
): Result<void, Failure> {
  const { network, ifName, containerId: found } = endpoint
  const most = longestContainerId(format, { network, ifName, addresses: [] })
  return found.length > most ? err({ kind: 'container ID too long', found, most }) : ok()
}

/** Puts the pod's Kubernetes namespace where a search domain asks for it: `{%namespace%}.svc.cluster.local`. */
export function withNamespace(dns: ResultDns, namespace: string | undefined): ResultDns {
  if (dns.search === undefined || namespace === undefined) return dns
  return { ...dns, search: dns.search.map((domain) => domain.replaceAll('{%namespace%}', namespace)) }
}
