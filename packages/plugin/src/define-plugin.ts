import {
  type AddRequest,
  type CniError,
  type CniResult,
  type DelegationError,
  errorCodes,
  ipamAdd,
  ipamCheck,
  ipamDel,
  ipamStatus,
  mergeResult,
  type Plugin,
  type Request,
} from '@vpc-bridge/cni'
import type { Command } from '@vpc-bridge/config'
import type { Kernel, KernelError, Netns } from '@vpc-bridge/kernel'
import type { Clock, Interruption } from '@vpc-bridge/runtime'
import { err, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { add, refuseExisting, type WalkOptions } from './add.ts'
import { canonicalIp, fromIpam } from './canonical.ts'
import { check } from './check.ts'
import type { Definition, Endpoint } from './definition.ts'
import { del } from './del.ts'
import { toCniError } from './error-table.ts'
import { engineCodes, engineErrors, type Failure } from './failure.ts'
import { gc } from './gc.ts'
import { withEndpointLock } from './lock.ts'
import { type Log, logged, logStep } from './log.ts'
import { recordFormat } from './record.ts'
import { resultOf } from './result.ts'
import { type Configured, readConfig, toEndpoint } from './to-endpoint.ts'

/** The means that a plugin works with. */
export interface PluginOptions {
  readonly kernel: Kernel
  readonly log: Log
  readonly clock: Clock
  /** Called when a command begins that is not to be cut off: it asks by itself whether it is to stop. */
  readonly interruption: () => Interruption
}

/** A whole plugin, to be given its means. */
export interface DefinedPlugin {
  /** Name of the executable. */
  readonly type: string
  readonly using: (options: PluginOptions) => Plugin
}

/** The path of the namespace that a runtime executes a plugin in. */
export const hostPath = '/proc/self/ns/net'

const recordVersion = 1

/**
 * Makes a whole CNI plugin of its definition: ADD with exact rollback and release of addresses, DEL and GC of what it has made and
 * nothing else, CHECK that finds every drift, STATUS, versions 0.3.0 to 1.1.0, chaining, exclusion between processes.
 *
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md
 */
export function definePlugin<C, V>(definition: Definition<C, V>): DefinedPlugin {
  const format = recordFormat(definition.type, recordVersion)
  const using = ({ kernel, log, clock, interruption }: PluginOptions): Plugin => {
    const refusal = (failure: Failure): CniError => {
      const error = toCniError(engineErrors, failure)
      log('error', error.msg)
      return error
    }
    const reported = <T>(result: ResultAsync<T, Failure>): ResultAsync<T, CniError> => result.mapErr(refusal)
    const host = () => reported(kernel.open(hostPath)).map((netns) => logged(netns, log))
    const configured = (request: Request, command: Command) => readConfig(definition, request, command).mapErr(refusal)
    const walking = (): WalkOptions & { readonly interruption: Interruption } => ({
      clock,
      interruption: interruption(),
      observe: (event) => logStep(log, event),
      warn: (text) => log('warn', text),
    })

    /** An ADD while no other process makes the same endpoint: else it might give back what an IPAM plugin has reserved for the other. */
    const addLocked = (netns: Netns, config: Configured<C>, request: AddRequest, options: Interruptible) =>
      safeTry<CniResult, CniError>(async function* () {
        const own = { ips: definition.ips?.(config.config) ?? [], routes: [] }
        const endpoint = toEndpoint(format, config, request, own)
        yield* reported(refuseExisting(format, netns, endpoint))
        if (config.ipam === undefined) return attach(netns, endpoint, options)
        const { type } = config.ipam
        const given = yield* ipamAdd({ ...request, type, interruption: options.interruption }).mapErr(withOwnCode)
        const dns = Object.keys(config.dns).length === 0 ? given.dns : config.dns
        const made = await fromIpam(given, type).asyncAndThen((found) =>
          attach(netns, toEndpoint(format, { ...config, dns }, request, found), options),
        )
        if (made.isOk()) return ok(made.value)
        const released = await ipamDel({ ...request, type })
        if (released.isErr()) log('error', released.error.msg)
        return err(made.error)
      })
    const attach = (netns: Netns, endpoint: Endpoint<C>, options: WalkOptions) =>
      reported(add(definition, format, netns, endpoint, options).andThen(() => resultOf(netns, endpoint)))

    return {
      versions: ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'],

      add: (request) =>
        safeTry<CniResult, CniError>(async function* () {
          const config = yield* configured(request, 'ADD')
          const options = walking()
          const netns = yield* host()
          const made = yield* withEndpointLock(
            netns,
            request,
            () => addLocked(netns, config, request, options),
            options,
          ).mapErr((error) => ('code' in error ? error : refusal(error)))
          return ok(request.prevResult === undefined ? made : mergeResult(request.prevResult, made))
        }),

      del: (request) =>
        safeTry<void, CniError>(async function* () {
          const config = yield* configured(request, 'DEL')
          const options = walking()
          const netns = yield* host()
          const ips = definition.ips?.(config.config) ?? request.prevResult?.ips.map(canonicalIp) ?? []
          const endpoint = toEndpoint(format, config, request, { ips, routes: [] })
          const removal = () => del(definition, format, netns, endpoint, options)
          yield* reported(withEndpointLock<void, Failure>(netns, request, removal, options))
          // Not before: as long as the endpoint exists, no other may get its addresses.
          return config.ipam === undefined ? ok() : ipamDel({ ...request, type: config.ipam.type })
        }),

      check: (request) =>
        safeTry<void, CniError>(async function* () {
          const config = yield* configured(request, 'CHECK')
          yield* reported(check(definition, format, yield* host(), config, request))
          return config.ipam === undefined ? ok() : ipamCheck({ ...request, type: config.ipam.type })
        }),

      gc: (request) =>
        safeTry<void, CniError>(async function* () {
          const config = yield* configured(request, 'GC')
          return reported(gc(definition, format, yield* host(), config, request, { ...walking(), interruption: never }))
        }),

      status: (request) =>
        safeTry<void, CniError>(async function* () {
          const { config, ipam } = yield* configured(request, 'STATUS')
          const lacks = yield* reported(
            definition.lacks?.(yield* host(), config) ?? okAsync<readonly CniError[], KernelError>([]),
          )
          const [first, ...others] = lacks
          if (first !== undefined) {
            const msg = [first, ...others].map((each) => each.msg).join('; ')
            return err({ ...first, code: errorCodes.notAvailable, msg })
          }
          return ipam === undefined ? ok() : ipamStatus({ ...request, type: ipam.type })
        }),
    }
  }
  return { type: definition.type, using }
}

type Interruptible = WalkOptions & { readonly interruption: Interruption }

/** A GC goes on past errors: an interruption must not leave the last of its removals half done. */
const never: Interruption = async () => undefined

/** An IPAM plugin that was interrupted is an ADD that was. */
function withOwnCode({ interruptedBy, ...error }: DelegationError): CniError {
  return interruptedBy === undefined ? error : { ...error, code: engineCodes.interrupted }
}
