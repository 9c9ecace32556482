import { err, ok, type Result, type ResultAsync, safeTry } from 'neverthrow'
import { type Configuration, readConfiguration } from './configuration.ts'
import { type CommandName, commandOf, type Environment, type Parameters, parametersOf } from './environment.ts'
import { type CniError, errorCodes, formatError, internalErrorCode } from './error.ts'
import { type CniResult, formatResult } from './result.ts'
import { type SpecVersion, specVersions, toSpecVersion } from './version.ts'

/** What a plugin is asked to do: environment and configuration, both checked as far as the protocol goes. */
export interface Request extends Parameters {
  readonly cniVersion: SpecVersion
  /** The network configuration. */
  readonly document: Readonly<Record<string, unknown>>
}

/** What a plugin does. */
export interface Plugin {
  /** The versions of the specification that it implements. */
  readonly versions: readonly SpecVersion[]
  readonly add: (request: Request) => ResultAsync<CniResult, CniError>
  readonly del: (request: Request) => ResultAsync<void, CniError>
}

/** How a plugin was called. */
export interface Invocation {
  readonly environment: Environment
  /** Reads the standard input to its end; the error is one line. */
  readonly readInput: () => Result<string, string>
}

/** What the process is to write, and to end with. */
export interface Outcome {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: 0 | 1
}

/**
 * Runs one command of the CNI protocol.
 *
 * @param plugin what the plugin does
 * @param invocation environment and standard input
 * @returns never fails: every error becomes an error document on the standard output and a line on the standard error
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#section-2-execution-protocol
 */
export async function runPlugin(plugin: Plugin, invocation: Invocation): Promise<Outcome> {
  const command = commandOf(invocation.environment)
  if (command.isErr()) return failure(newest, command.error)
  if (command.value === 'VERSION') return version(plugin, invocation)

  const configuration = readInput(invocation).andThen(readConfiguration)
  if (configuration.isErr()) return failure(newest, configuration.error)
  const { cniVersion } = configuration.value
  try {
    const done = await perform(plugin, command.value, configuration.value, invocation.environment)
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

/** The version to answer in as long as that of the configuration is not known. */
const newest = specVersions.at(-1) ?? '1.1.0'

function perform(
  plugin: Plugin,
  command: Exclude<CommandName, 'VERSION'>,
  { cniVersion: stated, document }: Configuration,
  environment: Environment,
): ResultAsync<string, CniError> {
  return safeTry<string, CniError>(async function* () {
    const cniVersion = toSpecVersion(stated)
    if (cniVersion === undefined || !plugin.versions.includes(cniVersion)) {
      const details = `the configuration is of version ${JSON.stringify(stated)}; supported: ${plugin.versions.join(', ')}`
      return err({ code: errorCodes.incompatibleVersion, msg: 'incompatible CNI version', details })
    }
    const parameters = yield* parametersOf(environment, command)
    const request: Request = { ...parameters, cniVersion, document }
    if (command === 'ADD') return ok(formatResult(cniVersion, yield* plugin.add(request)))
    yield* plugin.del(request)
    return ok('')
  })
}

/** VERSION answers in the version that it is asked in, if there is any input at all. */
function version(plugin: Plugin, invocation: Invocation): Outcome {
  const stated = readInput(invocation).andThen(readConfiguration)
  const cniVersion = stated.isOk() ? stated.value.cniVersion : (plugin.versions.at(-1) ?? newest)
  const stdout = `${JSON.stringify({ cniVersion, supportedVersions: plugin.versions })}\n`
  return { stdout, stderr: '', exitCode: 0 }
}

function readInput({ readInput }: Invocation): Result<string, CniError> {
  return readInput().mapErr((reason) => ({
    code: errorCodes.ioFailure,
    msg: `the network configuration cannot be read from the standard input: ${reason}`,
  }))
}

function failure(cniVersion: string, error: CniError): Outcome {
  const details = error.details === undefined ? '' : ` (${error.details})`
  return { stdout: formatError(cniVersion, error), stderr: `${error.msg}${details}\n`, exitCode: 1 }
}
