import { type AddRequest, type CniError, type CniResult, ipamDel, mergeResult, type Plugin } from '@vpc-bridge/cni'
import type { Kernel, KernelError, Netns } from '@vpc-bridge/kernel'
import type { Progress } from '@vpc-bridge/step'
import { err, ok, type Result, ResultAsync, safeTry } from 'neverthrow'
import { add, refuseBeforehand } from './add.ts'
import { addressesFromIpam } from './addresses-from-ipam.ts'
import { toCniError } from './cni-error.ts'
import { del } from './del.ts'
import { describeFailure, type Failure } from './failure.ts'
import type { Log } from './log.ts'
import { logged } from './log-changes.ts'
import { type Configured, type EndpointRef, toAttachment } from './to-attachment.ts'
import { toResult } from './to-result.ts'

/** What the plugin works with. */
export interface PluginOptions {
  readonly kernel: Kernel
  readonly log: Log
  /** Called when a command begins that is not to be cut off; the signal aborts an ADD. */
  readonly interruption: () => AbortSignal
}

/** The path of the namespace that a runtime executes the plugin in. */
export const hostPath = '/proc/self/ns/net'

/** vpc-bridge as a CNI plugin. */
export function vpcBridge({ kernel, log, interruption }: PluginOptions): Plugin {
  const observe = (event: Progress<KernelError>) => logStep(log, event)
  const warn = (text: string) => log('warn', text)

  const refusal = (failure: Failure): CniError => {
    log('error', describeFailure(failure))
    return toCniError(failure)
  }
  const reported = <T>(result: ResultAsync<T, Failure>): ResultAsync<T, CniError> => result.mapErr(refusal)

  const host = (): ResultAsync<Netns, CniError> =>
    reported(kernel.open(hostPath).mapErr((error): Failure => error)).map((netns) => logged(netns, log))

  const configured = (document: unknown, endpoint: EndpointRef): Result<Configured, CniError> =>
    toAttachment(document, endpoint).mapErr(refusal)

  /** An ADD with the addresses that are known by now. */
  const attach = (netns: Netns, { attachment, dns }: Configured, request: AddRequest, signal: AbortSignal) =>
    reported(add(netns, attachment, { signal, observe, warn })).map((added) => {
      const own = toResult(added, { dns, args: request.args })
      return request.prevResult === undefined ? own : mergeResult(request.prevResult, own)
    })

  return {
    versions: ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'],

    add: (request) =>
      safeTry<CniResult, CniError>(async function* () {
        const config = yield* configured(request.document, request)
        const signal = interruption()
        const netns = yield* host()
        if (config.ipam === undefined) return attach(netns, config, request, signal)
        yield* reported(refuseBeforehand(netns, config.attachment))
        const { type } = config.ipam
        const made = await addressesFromIpam(request, config, type).andThen((complete) =>
          attach(netns, complete, request, signal),
        )
        if (made.isOk()) return ok(made.value)
        // What the IPAM plugin has given, nobody uses. Its own failure it has taken back itself.
        const released = await ipamDel({ ...request, type })
        if (released.isErr()) log('error', released.error.msg)
        return err(made.error)
      }),

    del: (request) =>
      safeTry<void, CniError>(async function* () {
        const { attachment, ipam } = yield* configured(request.document, request)
        interruption()
        const ips = request.prevResult?.ips.map(({ address }) => address) ?? []
        const addresses = attachment.addresses.length === 0 ? ips : attachment.addresses
        yield* reported(del(yield* host(), { ...attachment, addresses }, { observe }))
        // Not before: as long as the endpoint is there, nobody else must get its addresses.
        return ipam === undefined ? ok() : ipamDel({ ...request, type: ipam.type })
      }),

    check: (request) =>
      later(async () => {
        const { check } = await import('./check.ts')
        return safeTry<void, CniError>(async function* () {
          const config = yield* configured(request.document, request)
          return check(request, config, yield* host()).mapErr((error) => ('code' in error ? error : refusal(error)))
        })
      }),

    gc: (request) =>
      later(async () => {
        const { gc } = await import('./gc.ts')
        return safeTry<void, CniError>(async function* () {
          const config = yield* configured(request.document, noEndpoint)
          return gc(request, config, yield* host()).mapErr((error) => ('code' in error ? error : refusal(error)))
        })
      }),

    status: (request) =>
      later(async () => {
        const { status } = await import('./status.ts')
        return safeTry<void, CniError>(async function* () {
          return status(request, yield* configured(request.document, noEndpoint), yield* host())
        })
      }),
  }
}

/** Stands in the place of an endpoint where a command is about the network. */
export const noEndpoint: EndpointRef = { containerId: '', ifName: '' }

/** What is in a module of its own, which is loaded only when it is needed. */
function later<T>(command: () => Promise<Result<T, CniError>>): ResultAsync<T, CniError> {
  return new ResultAsync(command())
}

function logStep(log: Log, event: Progress<KernelError>): void {
  if (event.type === 'applied') log('debug', `${event.step}${event.changed ? '' : ': was there already'}`)
  if (event.type === 'reverted') log('debug', `${event.step}: ${event.found ? 'removed' : 'nothing to remove'}`)
  if (event.type === 'undone') log('info', `rolled back: ${event.what}`)
}
