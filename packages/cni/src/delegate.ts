import type { ChildEnd, ChildOutput, Environment, Interruption } from '@vpc-bridge/runtime'
import { err, errAsync, ok, type Result, ResultAsync } from 'neverthrow'
import type { CommandName } from './environment.ts'
import { type CniError, errorCodes } from './error.ts'
import { findPlugin } from './find-plugin.ts'
import type { PluginRuntime } from './plugin-runtime.ts'

/** A call of another plugin on behalf of this one. A request has all of it but the type. */
export interface Delegation {
  /** The name of the other plugin, which is that of its executable: `ipam.type` of the configuration. */
  readonly type: string
  /** The directories to look for it in: CNI_PATH. */
  readonly path: readonly string[]
  /** The environment of the other plugin but CNI_COMMAND: that of this one. */
  readonly environment: Environment
  /** The network configuration, as this plugin got it. */
  readonly input: string
  /** Runs the other plugin. */
  readonly runtime: Pick<PluginRuntime, 'files' | 'runChild'>
  /** Ends the other plugin when this process is told to stop; absent: it goes on. */
  readonly interruption?: Interruption
}

/** Why a delegated plugin did not do what it was asked to. */
export interface DelegationError extends CniError {
  /** The signal that told this process to stop, and so ended the other plugin. */
  readonly interruptedBy?: string
}

/** A {@link DelegationError}, and what it says of the other plugin. */
export interface DelegationFailure {
  /**
   * - `not started`: it cannot be found or executed;
   * - `no answer`: it was ended, or ended without saying why;
   * - `refused`: it answered with an error.
   */
  readonly kind: 'not started' | 'no answer' | 'refused'
  readonly error: DelegationError
}

const timeoutMs = 60_000
const outputLimitMiB = 1

/**
 * Executes another plugin with the environment and the configuration of this one. What it writes to its standard error
 * goes to that of this process.
 *
 * @param command what it is to do, in place of CNI_COMMAND
 * @returns its standard output
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#section-4-plugin-delegation
 */
export function delegate(delegation: Delegation, command: CommandName): ResultAsync<string, DelegationFailure> {
  const { type, path, environment, input, runtime, interruption } = delegation
  const found = findPlugin(type, path, runtime.files)
  if (found.isErr()) return errAsync({ kind: 'not started', error: found.error })
  const file = found.value
  const ended = runtime.runChild(file, [], {
    environment: { ...environment, CNI_COMMAND: command },
    input,
    timeoutMs,
    outputLimitBytes: outputLimitMiB * 1024 * 1024,
    passStderrOn: true,
    ...(interruption === undefined ? {} : { interruption }),
  })
  return new ResultAsync(ended.then((end) => answerOf(end, file, command)))
}

function answerOf(end: ChildEnd, file: string, command: CommandName): Result<string, DelegationFailure> {
  const byHand = `to find out more, run ${file} with CNI_COMMAND=${command} and the network configuration as its input`
  switch (end.kind) {
    case 'exited':
      return end.code === 0 ? ok(end.stdout) : err(refusalOf(end, `${command} ended with exit code ${end.code}`))
    case 'killed':
      return err(refusalOf(end, `${command} was ended by ${end.signal}`))
    case 'not started': {
      const msg = `${file} cannot be executed: ${end.errno}`
      return err({ kind: 'not started', error: { code: errorCodes.ioFailure, msg } })
    }
    case 'timed out':
      return err(
        noAnswer({
          code: errorCodes.tryAgainLater,
          msg: `${command} was killed: it took longer than ${timeoutMs / 1000} s`,
          details: byHand,
        }),
      )
    case 'too much output': {
      const longer = end.stdout.length > end.stderr.length ? end.stdout : end.stderr
      return err(
        noAnswer({
          code: errorCodes.decodingFailure,
          msg: `${command} was killed: it wrote more than ${outputLimitMiB} MiB`,
          details: `it began with ${excerpt(longer)}; ${byHand}`,
        }),
      )
    }
    case 'interrupted': {
      const msg = `${command} was interrupted by ${end.reason}`
      return err(noAnswer({ code: errorCodes.tryAgainLater, msg, interruptedBy: end.reason }))
    }
  }
}

/** Why a plugin ended as it did: the error that it answered with, if that can be read. */
function refusalOf(output: ChildOutput, end: string): DelegationFailure {
  const error = errorOf(output.stdout)
  if (error !== undefined) return { kind: 'refused', error }
  const words = excerpt(output.stderr) || excerpt(output.stdout)
  const msg = `${end}, without an error that can be read`
  return noAnswer({ code: errorCodes.ioFailure, msg, ...(words === '' ? {} : { details: words }) })
}

function noAnswer(error: DelegationError): DelegationFailure {
  return { kind: 'no answer', error }
}

/** The error document that a plugin wrote; `undefined` if it is none. */
function errorOf(stdout: string): CniError | undefined {
  const document = parseObject(stdout)
  if (document === undefined) return undefined
  const { code, msg, details } = document
  if (typeof code !== 'number' || !Number.isSafeInteger(code) || code < 1 || typeof msg !== 'string') return undefined
  return { code, msg, ...(typeof details === 'string' && details !== '' ? { details } : {}) }
}

/** The object that a JSON text is; `undefined` if it is none. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined
  } catch {
    return undefined
  }
}

/** The beginning of an output for a message, on one line. */
export function excerpt(output: string): string {
  const [first = ''] = output.trim().split('\n')
  return first === '' ? '' : JSON.stringify(first.slice(0, 200))
}
