import type { Environment } from '@vpc-bridge/runtime'
import { err, ok, type Result, type ResultAsync, safeTry } from 'neverthrow'
import { answerVersion } from './answer-version.ts'
import { type Configuration, readConfiguration } from './configuration.ts'
import { type CommandName, commandOf, parametersOf, pathOf, requireVariables } from './environment.ts'
import { type CniError, errorCodes, formatError, internalErrorCode } from './error.ts'
import type { Outcome } from './outcome.ts'
import type { PluginRuntime } from './plugin-runtime.ts'
import { readInput } from './read-input.ts'
import {
  type AddRequest,
  type CheckRequest,
  type DelRequest,
  type GcRequest,
  prevResultOf,
  type StatusRequest,
} from './request.ts'
import { type CniResult, formatResult } from './result.ts'
import { validAttachmentsOf } from './valid-attachments.ts'
import { isAtLeast, newestVersion, type SpecVersion, toSpecVersion } from './version.ts'

/** What a plugin does, a member for each command; the version of a request always knows the command. */
export interface Plugin {
  /** The versions of the specification that it implements. */
  readonly versions: readonly SpecVersion[]
  readonly add: (request: AddRequest) => ResultAsync<CniResult, CniError>
  readonly del: (request: DelRequest) => ResultAsync<void, CniError>
  /** Fails if the attachment is not as its ADD left it. */
  readonly check: (request: CheckRequest) => ResultAsync<void, CniError>
  /** Removes what belongs to no valid attachment; goes on past an error, and reports it at the end. */
  readonly gc: (request: GcRequest) => ResultAsync<void, CniError>
  /** Fails if an ADD would: with code 50, or with 51 if attachments that exist may suffer as well. */
  readonly status: (request: StatusRequest) => ResultAsync<void, CniError>
}

/**
 * Runs one command of the CNI protocol.
 *
 * @param plugin what the plugin does
 * @param runtime gives environment and standard input, and runs what the plugin delegates to
 * @returns never fails: every error becomes an error document on the standard output and a line on the standard error
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#section-2-execution-protocol
 */
export async function runPlugin(plugin: Plugin, runtime: PluginRuntime): Promise<Outcome> {
  const command = commandOf(runtime.environment)
  if (command.isErr()) return failure(newestVersion, command.error)
  if (command.value === 'VERSION') return answerVersion(plugin.versions, runtime)

  const configuration = readInput(runtime).andThen(readConfiguration)
  if (configuration.isErr()) return failure(newestVersion, configuration.error)
  const { cniVersion } = configuration.value
  try {
    const done = await perform(plugin, command.value, configuration.value, runtime)
    return done.match(
      (stdout) => ({ stdout, stderr: '', exitCode: 0 }),
      (error) => failure(cniVersion, error),
    )
  } catch (bug) {
    const msg = `internal error: ${bug instanceof Error ? bug.message : String(bug)}`
    const { stdout, stderr, exitCode } = failure(cniVersion, { code: internalErrorCode, msg })
    return { stdout, stderr: `${stderr}${bug instanceof Error ? `${bug.stack}\n` : ''}`, exitCode }
  }
}

/** The versions that commands came with; the others are of all versions. */
const introducedIn: Readonly<Partial<Record<CommandName, SpecVersion>>> = {
  CHECK: '0.4.0',
  GC: '1.1.0',
  STATUS: '1.1.0',
}

/** @returns what to write to the standard output */
function perform(
  plugin: Plugin,
  command: Exclude<CommandName, 'VERSION'>,
  { cniVersion: stated, document, input }: Configuration,
  { environment, files, runChild }: PluginRuntime,
): ResultAsync<string, CniError> {
  return safeTry<string, CniError>(async function* () {
    const cniVersion = yield* agreedVersion(plugin, command, stated)
    yield* requireVariables(environment, command)
    const request = {
      cniVersion,
      document,
      input,
      path: pathOf(environment),
      environment,
      runtime: { files, runChild },
    }
    switch (command) {
      case 'ADD': {
        const parameters = { ...(yield* parametersOf(environment)), netns: netnsOf(environment) }
        const prevResult = yield* prevResultOf(document)
        const made = yield* plugin.add({ ...request, ...parameters, ...(prevResult ? { prevResult } : {}) })
        return ok(formatResult(cniVersion, made))
      }
      case 'DEL': {
        const parameters = yield* parametersOf(environment)
        const prevResult = prevResultOf(document).unwrapOr(undefined)
        yield* plugin.del({ ...request, ...parameters, ...(prevResult ? { prevResult } : {}) })
        return ok('')
      }
      case 'CHECK': {
        const parameters = { ...(yield* parametersOf(environment)), netns: netnsOf(environment) }
        const prevResult = yield* prevResultOf(document)
        if (prevResult === undefined) {
          return err({ code: errorCodes.invalidConfiguration, msg: 'prevResult, the result of the ADD, is missing' })
        }
        yield* plugin.check({ ...request, ...parameters, prevResult })
        return ok('')
      }
      case 'GC': {
        const validAttachments = yield* validAttachmentsOf(document)
        // Without a list there is nothing that is known to be stale.
        if (validAttachments !== undefined) yield* plugin.gc({ ...request, validAttachments })
        return ok('')
      }
      case 'STATUS':
        yield* plugin.status(request)
        return ok('')
    }
  })
}

/** The version of the configuration, if the plugin implements it and the command is of it. */
function agreedVersion(plugin: Plugin, command: CommandName, stated: string): Result<SpecVersion, CniError> {
  const cniVersion = toSpecVersion(stated)
  const isFor = `the configuration is of version ${JSON.stringify(stated)}`
  if (cniVersion === undefined || !plugin.versions.includes(cniVersion)) {
    return incompatible(`${isFor}; supported: ${plugin.versions.join(', ')}`)
  }
  const least = introducedIn[command]
  if (least !== undefined && !isAtLeast(cniVersion, least)) {
    return incompatible(`${isFor}; ${command} is of ${least} and later`)
  }
  return ok(cniVersion)
}

function incompatible(details: string): Result<never, CniError> {
  return err({ code: errorCodes.incompatibleVersion, msg: 'incompatible CNI version', details })
}

/** CNI_NETNS of a command that needs it, and would not be performed without. */
function netnsOf(environment: Environment): string {
  return environment['CNI_NETNS'] ?? ''
}

function failure(cniVersion: string, error: CniError): Outcome {
  const details = error.details === undefined ? '' : ` (${error.details})`
  return { stdout: formatError(cniVersion, error), stderr: `${error.msg}${details}\n`, exitCode: 1 }
}
