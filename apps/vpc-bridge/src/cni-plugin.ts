import { type CniError, type CniResult, type DelRequest, internalErrorCode, type Plugin } from '@vpc-bridge/cni'
import type { Kernel, KernelError, Netns } from '@vpc-bridge/kernel'
import type { Progress } from '@vpc-bridge/step'
import { errAsync, type Result, type ResultAsync } from 'neverthrow'
import { add } from './add.ts'
import { toCniError } from './cni-error.ts'
import { del } from './del.ts'
import { describeFailure, type Failure } from './failure.ts'
import type { Log } from './log.ts'
import { logged } from './log-changes.ts'
import { type Configured, toAttachment } from './to-attachment.ts'
import { toResult } from './to-result.ts'

/** What the plugin works with. */
export interface PluginOptions {
  readonly kernel: Kernel
  readonly log: Log
  /** Aborts an ADD. */
  readonly signal: AbortSignal
}

/** The path of the namespace that a runtime executes the plugin in. */
export const hostPath = '/proc/self/ns/net'

/** vpc-bridge as a CNI plugin. */
export function vpcBridge({ kernel, log, signal }: PluginOptions): Plugin {
  const host = () => kernel.open(hostPath).map((netns) => logged(netns, log))
  const configured = (request: DelRequest): Result<Configured, Failure> => toAttachment(request.document, request)
  const reported = <T>(result: ResultAsync<T, Failure>): ResultAsync<T, CniError> =>
    result.mapErr((failure) => {
      log('error', describeFailure(failure))
      return toCniError(failure)
    })

  return {
    versions: ['0.3.0', '0.3.1', '0.4.0', '1.0.0'],
    add: (request) =>
      reported<CniResult>(
        configured(request).asyncAndThen(({ attachment, dns }) =>
          host()
            .mapErr((error): Failure => error)
            .andThen((netns) =>
              add(netns, attachment, {
                signal,
                observe: (event) => logStep(log, event),
                warn: (text) => log('warn', text),
              }),
            )
            .map((added) => toResult(added, dns)),
        ),
      ),
    del: (request) =>
      reported<void>(
        configured(request).asyncAndThen(({ attachment }) =>
          host()
            .mapErr((error): Failure => error)
            .andThen((netns: Netns) => del(netns, attachment, { observe: (event) => logStep(log, event) })),
        ),
      ),
    check: () => notYet('CHECK'),
    gc: () => notYet('GC'),
    status: () => notYet('STATUS'),
  }
}

/** Holds the place of a command until there is one. */
function notYet(command: string): ResultAsync<void, CniError> {
  return errAsync({ code: internalErrorCode, msg: `${command} is not there yet` })
}

function logStep(log: Log, event: Progress<KernelError>): void {
  if (event.type === 'applied') log('debug', `${event.step}${event.changed ? '' : ': was there already'}`)
  if (event.type === 'reverted') log('debug', `${event.step}: ${event.found ? 'removed' : 'nothing to remove'}`)
  if (event.type === 'undone') log('info', `rolled back: ${event.what}`)
}
