import { type KernelError, lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { cniPlugin } from './cni/cni-plugin.ts'
import { add, refuseBeforehand } from './commands/add.ts'
import { type Checked, check, compareEndpoint } from './commands/check.ts'
import { del } from './commands/del.ts'
import { gc } from './commands/gc.ts'
import { withEndpointLock } from './commands/lock.ts'
import { status } from './commands/status.ts'
import type { WalkOptions } from './commands/walk-options.ts'
import type { Comparing } from './comparing/compare-steps.ts'
import type { Definition, OwnFailure } from './definition/definition.ts'
import { type Engine, engineOf } from './definition/engine.ts'
import { configurationOf, readConfig } from './definition/read-config.ts'
import { fromIpam, ipsOf } from './endpoint/canonical.ts'
import type { Attached, Endpoint, EndpointRef } from './endpoint/endpoint.ts'
import { type MadeEndpoint, readMade, resultOf } from './endpoint/result.ts'
import { attach, toEndpoint } from './endpoint/to-endpoint.ts'
import type { Failure } from './errors/failure.ts'
import type { ExplorablePlugin } from './exploring/explore.ts'
import { explorationOf } from './exploring/explore-definition.ts'
import { decide } from './observation/decide.ts'

/** A plugin with its walks on an endpoint as the engine takes it, for its tests: failures are told with all that is known of them. */
export interface EnginePlugin<C, V, F extends OwnFailure> extends ExplorablePlugin {
  /** Makes an endpoint, while no other process makes or removes it. */
  readonly add: (host: Netns, endpoint: Endpoint<C>, options: WalkOptions) => ResultAsync<MadeEndpoint, Failure | F>
  readonly del: (host: Netns, endpoint: Endpoint<C>, options: WalkOptions) => ResultAsync<void, Failure>
  /** Compares an endpoint with what an ADD makes, step by step. */
  readonly compare: (host: Netns, endpoint: Endpoint<C>, comparing: Comparing) => ResultAsync<Checked, Failure | F>
  /** Observes the network of an endpoint; fails as an ADD on it would be refused. */
  readonly observe: (host: Netns, endpoint: Endpoint<C>) => ResultAsync<V, Failure | F>
}

/**
 * Makes a whole CNI plugin of its definition: ADD with exact rollback and release of addresses, DEL and GC of what it has made and
 * nothing else, CHECK that finds every drift, STATUS, versions 0.3.0 to 1.1.0, chaining, exclusion between processes.
 *
 * @returns the plugin, for `runAsCni` or the command line of `@vpc-bridge/cli`. Its commands fail with the codes of the CNI
 *   specification, those of `engineCodes`, and the plugin's own
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md
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
      readConfig(definition, request, command, warn)
        .map((configured) => attach(engine, configured))
        .mapErr((problems): Failure => ({ kind: 'wrong configuration', problems })),
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
  return {
    ...defined,
    explore: explorationOf(engine),
    add: (host, endpoint, options) =>
      withEndpointLock(host, endpoint, () => make(engine, host, endpoint, options), options),
    del: (...args) => del(engine, ...args),
    compare: (...args) => compareEndpoint(engine, ...args),
    observe: (host, endpoint) => decide(engine, lookUpOnce(host), endpoint, undefined).map(({ view }) => view),
  }
}

/** Makes an endpoint, and tells what was made. Who calls it has the endpoint's lock. */
function make<C, V, F extends OwnFailure>(
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
