import { kubernetesArgs, type ResultDns } from '@vpc-bridge/cni'
import { netnsPath } from '@vpc-bridge/netns'
import { err, ok, type Result } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Failure } from '../errors/failure.ts'
import {
  type EndpointRecord,
  hostLinkOf,
  longestContainerId,
  type WrittenEndpoint,
} from '../records/endpoint-record.ts'
import type { Addressing, Attached, Configured, Endpoint, EndpointRef } from './endpoint.ts'
import { containerMac, hostVethName, recordedName } from './names.ts'

/** Returns a configuration with the addresses that it gives itself. */
export function attach<C, V, F extends OwnFailure>(
  { plugin }: Engine<C, V, F>,
  configured: Configured<C>,
): Attached<C> {
  return { ...configured, ips: plugin.ips?.(configured.config) ?? [], routes: [] }
}

/** Returns the endpoint that a command is about, with addresses and routes as far as they are known. */
export function toEndpoint<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  { network, config, dns }: Configured<C>,
  { containerId, ifName, netns, args = {} }: EndpointRef,
  { ips, routes }: Addressing,
): Endpoint<C> {
  const { plugin, format } = engine
  const endpoint: Endpoint<C> = {
    network: recordedName(network),
    config,
    containerId,
    ifName,
    netns: netns === undefined || netns === '' ? '' : netnsPath(netns),
    ips,
    routes,
    dns: withNamespace(dns, kubernetesArgs(args).podNamespace),
    args,
    mac: plugin.mac?.(config) ?? containerMac({ containerId, ifName }),
    hostLink: { name: '', mac: '', alias: '' },
  }
  return { ...endpoint, hostLink: hostLinkOf(format, writtenOf(engine, endpoint), plugin.hostLinkPrefix) }
}

/**
 * Returns what is written of an endpoint.
 *
 * @param view absent: nothing has been observed yet
 */
export function writtenOf<C, V, F extends OwnFailure>(
  { plugin: { record } }: Engine<C, V, F>,
  endpoint: Endpoint<C>,
  view?: V,
): WrittenEndpoint {
  const { network, containerId, ifName, ips } = endpoint
  const keys = record === undefined ? undefined : record.write.bind(undefined, endpoint, view)
  return { network, containerId, ifName, addresses: ips.map(({ address }) => address), keys }
}

/**
 * Returns an endpoint as its record says that it was made: the configuration may have been changed since, and a DEL may come without a
 * namespace.
 */
export function asMade<C, V, F extends OwnFailure>(
  { plugin }: Engine<C, V, F>,
  endpoint: Endpoint<C>,
  record: EndpointRecord | undefined,
): Endpoint<C> {
  if (record === undefined) return endpoint
  const config = plugin.record?.read(endpoint.config, record.entries) ?? endpoint.config
  const mac = plugin.mac?.(config) ?? containerMac(endpoint)
  const netns = endpoint.netns === '' ? (record.entries['netns'] ?? '') : endpoint.netns
  return { ...endpoint, config, mac, netns }
}

/**
 * Returns an endpoint by its record.
 *
 * @param endpoint any other of its network
 */
export function recordedEndpoint<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  endpoint: Endpoint<C>,
  record: EndpointRecord,
): Endpoint<C> {
  const { containerId, ifName, addresses } = record
  const ips = addresses.map((address) => ({ address }))
  const hostLink = { ...endpoint.hostLink, name: hostVethName(record, engine.plugin.hostLinkPrefix) }
  return asMade(engine, { ...endpoint, containerId, ifName, netns: '', ips, routes: [], hostLink }, record)
}

/** Refuses a container ID for which the record has no room. */
export function refuseLongId<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  endpoint: Endpoint<C>,
): Result<void, Failure> {
  const { containerId: found } = endpoint
  const most = longestContainerId(engine.format, writtenOf(engine, endpoint))
  return found.length > most ? err({ kind: 'container ID too long', found, most }) : ok()
}

/** Puts the pod's Kubernetes namespace where a search domain asks for it: `{%namespace%}.svc.cluster.local`. */
function withNamespace(dns: ResultDns, namespace: string | undefined): ResultDns {
  if (dns.search === undefined || namespace === undefined) return dns
  return { ...dns, search: dns.search.map((domain) => domain.replaceAll('{%namespace%}', namespace)) }
}
