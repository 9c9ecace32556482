import {
  type AddRequest,
  type CniError,
  type CniResult,
  type DelegationError,
  ipamAdd,
  ipamDel,
  mergeResult,
  type Plugin,
} from '@vpc-bridge/cni'
import type { Command } from '@vpc-bridge/config'
import type { Kernel, KernelError, Netns } from '@vpc-bridge/kernel'
import { type Log, logged, logStep } from '@vpc-bridge/plugin'
import type { Clock, Interruption } from '@vpc-bridge/runtime'
import type { Progress } from '@vpc-bridge/step'
import { err, ok, type Result, type ResultAsync, safeTry } from 'neverthrow'
import { connect, refuseBeforehand } from './add.ts'
import { withIpamResult } from './addresses-from-ipam.ts'
import { check } from './check.ts'
import { ownCodes, toCniError } from './cni-error.ts'
import { del } from './del.ts'
import { describeFailure, type Failure } from './failure.ts'
import { gc } from './gc.ts'
import { status } from './status.ts'
import { type Configured, type EndpointRef, toAttachment } from './to-attachment.ts'
import { toResult } from './to-result.ts'
import { underEndpointLock, type Waiting } from './under-lock.ts'

/** What the plugin works with. */
export interface PluginOptions {
  readonly kernel: Kernel
  readonly log: Log
  readonly clock: Clock
  /** Called when a command begins that is not to be cut off: it asks by itself whether it is to stop. */
  readonly interruption: () => Interruption
}

/** The path of the namespace that a runtime executes the plugin in. */
export const hostPath = '/proc/self/ns/net'

/** vpc-bridge as a CNI plugin. */
export function vpcBridge({ kernel, log, clock, interruption }: PluginOptions): Plugin {
  const observe = (event: Progress<KernelError>) => logStep(log, event)
  const warn = (text: string) => log('warn', text)

  const refusal = (failure: Failure): CniError => {
    log('error', describeFailure(failure))
    return toCniError(failure)
  }
  const reported = <T>(result: ResultAsync<T, Failure>): ResultAsync<T, CniError> => result.mapErr(refusal)

  const host = (): ResultAsync<Netns, CniError> =>
    reported(kernel.open(hostPath).mapErr((error): Failure => error)).map((netns) => logged(netns, log))

  const configured = (command: Command, document: unknown, endpoint: EndpointRef): Result<Configured, CniError> =>
    toAttachment(document, endpoint, command).mapErr(refusal)

  /** An ADD with the addresses that are known by now. */
  const attach = (netns: Netns, { attachment, dns }: Configured, request: AddRequest, waiting: Waiting) =>
    reported(connect(netns, attachment, { ...waiting, observe })).map((added) => {
      const own = toResult(added, { dns, args: request.args })
      return request.prevResult === undefined ? own : mergeResult(request.prevResult, own)
    })

  /** An ADD while nobody else makes the same endpoint: else it might give back what an IPAM plugin has reserved for the other. */
  const addLocked = (netns: Netns, config: Configured, request: AddRequest, waiting: Interruptible) =>
    safeTry<CniResult, CniError>(async function* () {
      if (config.ipam === undefined) return attach(netns, config, request, waiting)
      yield* reported(refuseBeforehand(netns, config.attachment))
      const { type } = config.ipam
      const given = yield* ipamAdd({ ...request, type, interruption: waiting.interruption }).mapErr(withOwnCode)
      const made = await withIpamResult(request, config, given, type).asyncAndThen((complete) =>
        attach(netns, complete, request, waiting),
      )
      if (made.isOk()) return ok(made.value)
      // What the IPAM plugin has given, nobody uses.
      const released = await ipamDel({ ...request, type })
      if (released.isErr()) log('error', released.error.msg)
      return err(made.error)
    })

  return {
    versions: ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'],

    add: (request) =>
      safeTry<CniResult, CniError>(async function* () {
        const config = yield* configured('ADD', request.document, request)
        const asked = interruption()
        const netns = yield* host()
        const waiting = { clock, interruption: asked, warn }
        return underEndpointLock(
          netns,
          config.attachment,
          () => addLocked(netns, config, request, waiting),
          waiting,
        ).mapErr((error) => ('code' in error ? error : refusal(error)))
      }),

    del: (request) =>
      safeTry<void, CniError>(async function* () {
        const { attachment, ipam } = yield* configured('DEL', request.document, request)
        const asked = interruption()
        const ips = request.prevResult?.ips.map(({ address }) => address) ?? []
        const addresses = attachment.addresses.length === 0 ? ips : attachment.addresses
        yield* reported(del(yield* host(), { ...attachment, addresses }, { clock, interruption: asked, observe, warn }))
        // Not before: as long as the endpoint is there, nobody else must get its addresses.
        return ipam === undefined ? ok() : ipamDel({ ...request, type: ipam.type })
      }),

    check: (request) =>
      safeTry<void, CniError>(async function* () {
        const config = yield* configured('CHECK', request.document, request)
        return check(request, config, yield* host()).mapErr((error) => ('code' in error ? error : refusal(error)))
      }),

    gc: (request) =>
      safeTry<void, CniError>(async function* () {
        const config = yield* configured('GC', request.document, noEndpoint)
        return gc(request, config, yield* host(), { clock, observe, warn }).mapErr((error) =>
          'code' in error ? error : refusal(error),
        )
      }),

    status: (request) =>
      safeTry<void, CniError>(async function* () {
        return status(request, yield* configured('STATUS', request.document, noEndpoint), yield* host())
      }),
  }
}

type Interruptible = Waiting & Required<Pick<Waiting, 'interruption'>>

/** Stands in the place of an endpoint where a command is about the network. */
export const noEndpoint: EndpointRef = { containerId: '', ifName: '' }

/** An IPAM plugin that was interrupted is an ADD that was. */
function withOwnCode({ interruptedBy, ...error }: DelegationError): CniError {
  return interruptedBy === undefined ? error : { ...error, code: ownCodes.interrupted }
}
