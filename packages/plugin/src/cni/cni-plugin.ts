import {
  type AddRequest,
  type CheckRequest,
  type CniError,
  type CniResult,
  type DelegationError,
  type DelRequest,
  type GcRequest,
  type IpamResult,
  ipamAdd,
  ipamCheck,
  ipamDel,
  ipamStatus,
  mergeResult,
  type Parameters,
  type Plugin,
  type Request,
  specVersions,
} from '@vpc-bridge/cni'
import type { Command, Field, Warn } from '@vpc-bridge/config'
import type { Kernel, KernelError, Netns } from '@vpc-bridge/kernel'
import type { Clock, Interruption } from '@vpc-bridge/runtime'
import type { Observe, Rollback } from '@vpc-bridge/step'
import { err, ok, type Result, type ResultAsync, safeTry } from 'neverthrow'
import { type LockFailure, withEndpointLock } from '../commands/lock.ts'
import type { WalkOptions } from '../commands/walk-options.ts'
import { engineCodes } from '../errors/failure.ts'
import { type Log, logged, logStep } from './log.ts'

/** The means that a plugin works with. */
export interface PluginOptions {
  readonly kernel: Kernel
  readonly log: Log
  readonly clock: Clock
  /** Called when a command begins that is not to be cut off: it asks by itself whether it is to stop. */
  readonly interruption: () => Interruption
  /** Told of each step, beside the log. */
  readonly observe?: Observe<KernelError>
  /** How a person calls the program, for hints. Absent: by its type. */
  readonly program?: string
  /** Set where the driver has a copy of the host: no other plugin is asked for anything. */
  readonly isDryRun?: boolean
}

/** A whole plugin, to be given its means. */
export interface DefinedPlugin {
  /** Name of the executable. */
  readonly type: string
  /** All keys of its configuration. */
  readonly configuration: Field<unknown>
  readonly using: (options: PluginOptions) => Plugin
}

/**
 * The walks of a plugin over its steps, one a command.
 *
 * @typeParam C a configuration as the plugin reads it
 * @typeParam F its failures
 */
export interface Walks<C extends { readonly ipam?: { readonly type: string } }, F extends object> {
  /** Name of the executable. */
  readonly type: string
  /** All keys of its configuration. */
  readonly configuration: Field<unknown>
  /**
   * Reads the configuration of a command.
   *
   * @param request has the endpoint, if the command is about one
   * @param warn is told of what is odd
   */
  readonly configure: (request: Request & Partial<Parameters>, command: Command, warn: Warn) => Result<C, F>
  /** Refuses an ADD for what is known before its addresses are. Changes nothing. */
  readonly refuse: (host: Netns, config: C, request: AddRequest) => ResultAsync<void, F>
  /** Returns the configuration with the addresses that the IPAM plugin gives. */
  readonly withAddresses: (config: C, given: IpamResult, request: AddRequest) => Result<C, CniError>
  /** Set where the IPAM plugin needs the interface: then `add` is called before it, and after it again, with the addresses. */
  readonly interfaceFirst?: true | undefined
  /** Makes the endpoint. When it fails, everything is as it was before. */
  readonly add: (host: Netns, config: C, request: AddRequest, options: WalkOptions) => ResultAsync<CniResult, F>
  readonly del: (host: Netns, config: C, request: DelRequest, options: WalkOptions) => ResultAsync<void, F>
  readonly check: (host: Netns, config: C, request: CheckRequest) => ResultAsync<void, F>
  readonly gc: (host: Netns, config: C, request: GcRequest, options: WalkOptions) => ResultAsync<void, F>
  readonly status: (host: Netns, config: C) => ResultAsync<void, CniError>
  /** @param program how a person calls the program, for hints */
  readonly toError: (failure: F | LockFailure, program?: string) => CniError
}

/** The path of the namespace that a runtime executes a plugin in. */
export const hostPath = '/proc/self/ns/net'

/**
 * Makes a CNI plugin of walks: the order of locks, IPAM plugin and steps, the release of addresses that nobody uses, the log.
 *
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md
 */
export function cniPlugin<C extends { readonly ipam?: { readonly type: string } }, F extends object>(
  walks: Walks<C, F>,
): DefinedPlugin {
  const using = (options: PluginOptions): Plugin => {
    const { kernel, log, clock, interruption, program, isDryRun = false } = options
    const refusal = (failure: F | LockFailure): CniError => {
      const error = walks.toError(failure, program)
      log('error', error.msg)
      return error
    }
    const reported = <T>(result: ResultAsync<T, F | LockFailure>): ResultAsync<T, CniError> => result.mapErr(refusal)
    const host = () => reported(kernel.open(hostPath)).map((netns) => logged(netns, log))
    const warn = (text: string) => log('warn', text)
    const configured = (request: Request, command: Command) => walks.configure(request, command, warn).mapErr(refusal)
    const toLog = logStep(log)
    const observe: Observe<KernelError> = (event) => {
      toLog(event)
      options.observe?.(event)
    }
    const walking = { clock, observe, warn }

    /** An ADD while no other process makes the same endpoint: else it might give back what an IPAM plugin has reserved for the other. */
    const addLocked = (netns: Netns, config: C, request: AddRequest, options: Interruptible) =>
      safeTry<CniResult, CniError>(async function* () {
        yield* reported(walks.refuse(netns, config, request))
        if (config.ipam === undefined || isDryRun) return reported(walks.add(netns, config, request, options))
        const { type } = config.ipam
        const first = walks.interfaceFirst === true
        if (first) yield* reported(walks.add(netns, config, request, { ...options, leaveUnfinished: true }))
        const takeBack = async (error: CniError) => {
          const removed = first ? await walks.del(netns, config, request, options) : ok()
          if (removed.isErr()) refusal(removed.error)
          return err<CniResult, CniError>(error)
        }
        const answer = await ipamAdd({ ...request, type, interruption: options.interruption }).mapErr(withOwnCode)
        if (answer.isErr()) return takeBack(answer.error)
        const given = answer.value
        const made = await walks
          .withAddresses(config, given, request)
          .mapErr((error) => ({ error, isInUse: false }))
          .asyncAndThen((complete) =>
            walks
              .add(netns, complete, request, options)
              .mapErr((failure) => ({ error: refusal(failure), isInUse: hasLeftovers(failure) })),
          )
        if (made.isOk()) return ok(made.value)
        const { error, isInUse } = made.error
        // What could not be taken back may use the addresses: the runtime's DEL removes it, and releases them.
        const released = isInUse ? ok() : await ipamDel({ ...request, type })
        if (released.isErr()) log('error', released.error.msg)
        return takeBack(error)
      })

    return {
      versions: specVersions,

      add: (request) =>
        safeTry<CniResult, CniError>(async function* () {
          const config = yield* configured(request, 'ADD')
          const options = { ...walking, interruption: interruption() }
          const netns = yield* host()
          const work = () => addLocked(netns, config, request, options)
          const made = yield* withEndpointLock(netns, request, work, options).mapErr((error) =>
            'code' in error ? error : refusal(error),
          )
          return ok(request.prevResult === undefined ? made : mergeResult(request.prevResult, made))
        }),

      del: (request) =>
        safeTry<void, CniError>(async function* () {
          const config = yield* configured(request, 'DEL')
          const options = { ...walking, interruption: interruption() }
          const netns = yield* host()
          const work = () => walks.del(netns, config, request, options)
          yield* reported(withEndpointLock(netns, request, work, options))
          // Not before: as long as the endpoint exists, no other may get its addresses.
          return config.ipam === undefined || isDryRun ? ok() : ipamDel({ ...request, type: config.ipam.type })
        }),

      check: (request) =>
        safeTry<void, CniError>(async function* () {
          const config = yield* configured(request, 'CHECK')
          yield* reported(walks.check(yield* host(), config, request))
          return config.ipam === undefined ? ok() : ipamCheck({ ...request, type: config.ipam.type })
        }),

      gc: (request) =>
        safeTry<void, CniError>(async function* () {
          const config = yield* configured(request, 'GC')
          return reported(walks.gc(yield* host(), config, request, walking))
        }),

      status: (request) =>
        safeTry<void, CniError>(async function* () {
          const config = yield* configured(request, 'STATUS')
          yield* walks.status(yield* host(), config)
          return config.ipam === undefined ? ok() : ipamStatus({ ...request, type: config.ipam.type })
        }),
    }
  }
  return { type: walks.type, configuration: walks.configuration, using }
}

type Interruptible = WalkOptions & { readonly interruption: Interruption }

/** Returns true for an ADD whose rollback could not take everything back. */
function hasLeftovers(failure: object): boolean {
  const { rollback }: { readonly rollback?: Pick<Rollback<unknown>, 'failed'> } = failure
  return rollback !== undefined && rollback.failed.length > 0
}

/** An IPAM plugin that was interrupted is an ADD that was. */
function withOwnCode({ interruptedBy, ...error }: DelegationError): CniError {
  return interruptedBy === undefined ? error : { ...error, code: engineCodes.interrupted }
}
