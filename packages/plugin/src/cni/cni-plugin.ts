import {
  type CniError,
  type CniResult,
  ipamCheck,
  ipamDel,
  ipamStatus,
  mergeResult,
  type Plugin,
  type Request,
  specVersions,
} from '@vpc-bridge/cni'
import type { Command } from '@vpc-bridge/config'
import type { KernelError } from '@vpc-bridge/kernel'
import type { Observe } from '@vpc-bridge/step'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import { type LockFailure, withEndpointLock } from '../commands/lock.ts'
import { addWithIpam } from './add-with-ipam.ts'
import type { DefinedPlugin, PluginOptions } from './defined-plugin.ts'
import { logged, logStep } from './log.ts'
import type { Walks } from './walks.ts'

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

    return {
      versions: specVersions,

      add: (request) =>
        safeTry<CniResult, CniError>(async function* () {
          const config = yield* configured(request, 'ADD')
          const options = { ...walking, interruption: interruption() }
          const netns = yield* host()
          const work = () =>
            reported(walks.refuse(netns, config, request)).andThen(() => {
              if (config.ipam === undefined || isDryRun) return reported(walks.add(netns, config, request, options))
              const adding = { host: netns, config, type: config.ipam.type, request, options }
              return addWithIpam(walks, adding, refusal, log)
            })
          // While no other process makes the same endpoint: else what the IPAM plugin has reserved for that one might be released.
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
          const remove = () => reported(withEndpointLock(netns, request, work, options))
          if (config.ipam === undefined || isDryRun) return remove()
          const { type } = config.ipam
          // As long as the endpoint exists, no other may get its addresses; but who leases them by its interface can only give them back by it.
          const released = walks.interfaceFirst ? await ipamDel({ ...request, type }) : undefined
          yield* remove()
          return released ?? ipamDel({ ...request, type })
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
