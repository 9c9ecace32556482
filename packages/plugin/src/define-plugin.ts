import { type CniError, type CniResult, errorCodes } from '@vpc-bridge/cni'
import type { KernelError } from '@vpc-bridge/kernel'
import { err, errAsync, ok, okAsync } from 'neverthrow'
import { add, refuseExisting } from './add.ts'
import { fromIpam, ipsOf } from './canonical.ts'
import { check } from './check.ts'
import { cniPlugin } from './cni-plugin.ts'
import type { Addressing, Definition } from './definition.ts'
import { del } from './del.ts'
import { errorTable } from './error-table.ts'
import type { ExplorablePlugin } from './explore.ts'
import { explorationOf } from './explore-definition.ts'
import { engineErrors, type Failure } from './failure.ts'
import { gc } from './gc.ts'
import { recordFormat } from './record.ts'
import { resultOf } from './result.ts'
import { type Configured, type EndpointRef, readConfig, toEndpoint } from './to-endpoint.ts'

/** The version of the records that the engine writes. */
const recordVersion = 1

/**
 * Makes a whole CNI plugin of its definition: ADD with exact rollback and release of addresses, DEL and GC of what it has made and
 * nothing else, CHECK that finds every drift, STATUS, versions 0.3.0 to 1.1.0, chaining, exclusion between processes.
 */
export function definePlugin<C, V>(definition: Definition<C, V>): ExplorablePlugin {
  const format = recordFormat(definition.type, recordVersion)
  const { toCniError } = errorTable<Failure>(engineErrors, definition.type)
  const endpointOf = (config: Attached<C>, request: EndpointRef) => toEndpoint(format, config, request, config)
  const defined = cniPlugin<Attached<C>, Failure>({
    type: definition.type,
    configure: (request, command, warn) =>
      readConfig(definition, request, command, warn).map((config) => {
        const ips = definition.ips?.(config.config) ?? []
        return { ...config, ips, routes: [] }
      }),
    refuse: (host, config, request) => refuseExisting(format, host, endpointOf(config, request)),
    withAddresses: (config, given) => {
      const dns = Object.keys(config.dns).length === 0 ? given.dns : config.dns
      return fromIpam(given, config.ipam?.type ?? '').map((found) => ({ ...config, ...found, dns }))
    },
    add: (host, config, request, options) => {
      const endpoint = endpointOf(config, request)
      const takeBack = (cause: KernelError) =>
        del(definition, format, host, endpoint, options)
          .map(() => [])
          .orElse(() => okAsync([{ what: 'endpoint', cause }]))
          .andThen((failed) => {
            const rollback = { undone: [], left: [], failed }
            return errAsync<CniResult, Failure>({ kind: 'step failed', step: 'result', cause, rollback })
          })
      return add(definition, format, host, endpoint, options).andThen(() => resultOf(host, endpoint).orElse(takeBack))
    },
    del: (host, config, request, options) => {
      const ips =
        config.ips.length > 0
          ? config.ips
          : request.prevResult === undefined
            ? []
            : ipsOf(request.prevResult, request.ifName)
      return del(definition, format, host, endpointOf({ ...config, ips }, request), options)
    },
    check: (host, config, request) => check(definition, format, host, config, request),
    gc: (host, config, request, options) => gc(definition, format, host, config, request, options),
    status: (host, { config }) =>
      (definition.lacks?.(host, config) ?? okAsync<readonly CniError[], KernelError>([]))
        .mapErr(toCniError)
        .andThen(([first, ...others]) => {
          if (first === undefined) return ok()
          const msg = [first, ...others].map((each) => each.msg).join('; ')
          return err({ ...first, code: errorCodes.notAvailable, msg })
        }),
    toError: toCniError,
  })
  return { ...defined, explore: explorationOf(definition, format) }
}

/** A configuration with the addresses of an endpoint, as far as they are known. */
type Attached<C> = Configured<C> & Addressing
