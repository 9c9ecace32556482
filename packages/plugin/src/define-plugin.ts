import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { add, refuseBeforehand, type WalkOptions } from './add.ts'
import { fromIpam, ipsOf } from './canonical.ts'
import { check } from './check.ts'
import { cniPlugin, type DefinedPlugin } from './cni-plugin.ts'
import type { Attached, Definition, Endpoint, OwnFailure } from './definition.ts'
import { del } from './del.ts'
import { type Engine, engineOf } from './engine.ts'
import type { Failure } from './failure.ts'
import { gc } from './gc.ts'
import { configurationOf, readConfig } from './read-config.ts'
import { type MadeEndpoint, readMade, resultOf } from './result.ts'
import { status } from './status.ts'
import { type EndpointRef, toEndpoint } from './to-endpoint.ts'

/** A plugin with what else can be done with its definition. */
export interface EnginePlugin<C, V, F extends OwnFailure> extends DefinedPlugin {
  readonly engine: Engine<C, V, F>
}

/**
 * Makes a whole CNI plugin of its definition: ADD with exact rollback and release of addresses, DEL and GC of what it has made and
 * nothing else, CHECK that finds every drift, STATUS, versions 0.3.0 to 1.1.0, chaining, exclusion between processes.
 */
export function definePlugin<C, V, F extends OwnFailure = never>(
  definition: Definition<C, V, F>,
): EnginePlugin<C, V, F> {
  const engine = engineOf(definition)
  const endpointOf = (attached: Attached<C>, request: EndpointRef) => toEndpoint(engine, attached, request, attached)
  const none = { containerId: '', ifName: '' }
  const defined = cniPlugin<Attached<C>, Failure | F>({
    type: definition.type,
    configuration: configurationOf(definition),
    configure: (request, command, warn) =>
      readConfig(definition, request, command, warn).map((configured) => attach(engine, configured)),
    refuse: (host, attached, request) =>
      // Without an IPAM plugin nothing is done before the endpoint is looked for under the lock.
      attached.ipam === undefined ? okAsync() : refuseBeforehand(engine, host, endpointOf(attached, request)),
    withAddresses: (attached, given, request) => {
      if (definition.accept !== undefined) return definition.accept(given, attached, request)
      const dns = Object.keys(attached.dns).length === 0 ? given.dns : attached.dns
      return fromIpam(given, attached.ipam?.type ?? '').map((found) => ({ ...attached, ...found, dns }))
    },
    interfaceFirst: definition.interfaceFirst,
    add: (host, attached, request, options) => {
      const endpoint = endpointOf(attached, request)
      return make(engine, host, endpoint, options).map((made) => resultOf(made, endpoint))
    },
    del: (host, attached, request, options) => {
      const told = request.prevResult === undefined ? [] : ipsOf(request.prevResult, request.ifName)
      const ips = attached.ips.length > 0 ? attached.ips : told
      return del(engine, host, endpointOf({ ...attached, ips }, request), options)
    },
    check: (host, attached, request) => check(engine, host, attached, request),
    gc: (host, attached, request, options) =>
      gc(engine, host, endpointOf(attached, none), attached.ipam, request, options),
    status: (host, attached) => status(engine, host, endpointOf(attached, none)),
    toError: engine.errors.toCniError,
  })
  return { ...defined, engine }
}

/** Returns a configuration with the addresses that it gives itself. */
export function attach<C, V, F extends OwnFailure>(
  { plugin }: Engine<C, V, F>,
  configured: Omit<Attached<C>, 'ips' | 'routes'>,
): Attached<C> {
  return { ...configured, ips: plugin.ips?.(configured.config) ?? [], routes: [] }
}

/** Makes an endpoint, and tells what was made. Who calls it has the endpoint's lock. */
export function make<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): ResultAsync<MadeEndpoint, Failure | F> {
  const takeBack = (cause: KernelError) =>
    del(engine, host, endpoint, options)
      .map(() => [])
      .orElse(() => okAsync([{ what: 'endpoint', cause }]))
      .andThen((failed) => {
        const rollback = { undone: [], left: [], failed }
        return errAsync<MadeEndpoint, Failure>({ kind: 'step failed', step: 'result', cause, rollback })
      })
  return add(engine, host, endpoint, options).andThen(({ view }) => {
    const made = engine.plugin.result?.(view, endpoint)
    return made === undefined ? readMade(host, endpoint).orElse(takeBack) : okAsync(made)
  })
}
