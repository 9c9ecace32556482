import { type AddRequest, type CniError, type CniResult, type DelegationError, ipamAdd, ipamDel } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import type { Interruption } from '@vpc-bridge/runtime'
import type { Rollback } from '@vpc-bridge/step'
import { err, ok, type ResultAsync, safeTry } from 'neverthrow'
import type { LockFailure } from '../commands/lock.ts'
import type { WalkOptions } from '../commands/walk-options.ts'
import { engineCodes } from '../errors/engine-codes.ts'
import type { Log } from './log.ts'
import type { Walks } from './walks.ts'

/** An ADD whose addresses an IPAM plugin gives. */
interface Adding<C> {
  readonly host: Netns
  readonly config: C
  /** The IPAM plugin's name. */
  readonly type: string
  readonly request: AddRequest
  readonly options: WalkOptions & { readonly interruption: Interruption }
}

/**
 * Makes an endpoint with the addresses of an IPAM plugin. When anything fails, the plugin is told to release them, unless something
 * that may use them could not be taken back.
 *
 * @param toError logs a failure, and returns it as the CNI protocol reports it
 */
export function addWithIpam<C extends { readonly ipam?: { readonly type: string } }, F extends object>(
  walks: Walks<C, F>,
  { host, config, type, request, options }: Adding<C>,
  toError: (failure: F | LockFailure) => CniError,
  log: Log,
): ResultAsync<CniResult, CniError> {
  const isInterfaceFirst = walks.interfaceFirst === true
  const takeBack = async (error: CniError) => {
    const removed = isInterfaceFirst ? await walks.del(host, config, request, options) : ok()
    if (removed.isErr()) toError(removed.error)
    return err<CniResult, CniError>(error)
  }
  return safeTry<CniResult, CniError>(async function* () {
    if (isInterfaceFirst) yield* walks.add(host, config, request, { ...options, leaveUnfinished: true }).mapErr(toError)
    const given = await ipamAdd({ ...request, type, interruption: options.interruption }).mapErr(withOwnCode)
    if (given.isErr()) return takeBack(given.error)
    const made = await walks
      .withAddresses(config, given.value, request)
      .mapErr((error) => ({ error, isInUse: false }))
      .asyncAndThen((complete) =>
        walks
          .add(host, complete, request, options)
          .mapErr((failure) => ({ error: toError(failure), isInUse: hasLeftovers(failure) })),
      )
    if (made.isOk()) return ok(made.value)
    const { error, isInUse } = made.error
    // What could not be taken back may use the addresses: the runtime's DEL removes it, and releases them.
    const released = isInUse ? ok() : await ipamDel({ ...request, type })
    if (released.isErr()) log('error', released.error.msg)
    return takeBack(error)
  })
}

/** Returns true for an ADD whose rollback could not take everything back. */
function hasLeftovers(failure: object): boolean {
  const { rollback }: { readonly rollback?: Pick<Rollback<unknown>, 'failed'> } = failure
  return rollback !== undefined && rollback.failed.length > 0
}

/** An IPAM plugin that was interrupted is an ADD that was. */
function withOwnCode({ interruptedBy, ...error }: DelegationError): CniError {
  return interruptedBy === undefined ? error : { ...error, code: engineCodes.interrupted }
}
