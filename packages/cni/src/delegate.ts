import { err, ok, type Result, ResultAsync } from 'neverthrow'
import type { CommandName, Environment } from './environment.ts'
import { type CniError, errorCodes } from './error.ts'

/** A call of another plugin on behalf of this one. A request has all of it but the type. */
export interface Delegation {
  /** The name of the other plugin, which is that of its executable: `ipam.type` of the configuration. */
  readonly type: string
  /** The directories to look for it in: CNI_PATH. */
  readonly path: readonly string[]
  /** The environment of this plugin. */
  readonly environment: Environment
  /** The network configuration, as this plugin got it. */
  readonly input: string
  /** How long one execution may take, in milliseconds, before it is killed; a minute if absent. */
  readonly timeLimit?: number
}

/** Why a delegated plugin did not do what it was asked to. */
export interface DelegationFailure {
  /**
   * - `not started`: it cannot be found or executed;
   * - `no answer`: it was killed, or ended without saying why;
   * - `refused`: it answered with an error.
   */
  readonly kind: 'not started' | 'no answer' | 'refused'
  readonly error: CniError
}

/**
 * Executes another plugin with the environment and the configuration of this one. What it writes to its standard error
 * goes to that of this process.
 *
 * @param command what it is to do, in place of CNI_COMMAND
 * @returns its standard output
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#section-4-plugin-delegation
 */
export function delegate(delegation: Delegation, command: CommandName): ResultAsync<string, DelegationFailure> {
  return new ResultAsync(find(delegation))
    .mapErr((error) => failure('not started', error))
    .andThen((file) => new ResultAsync(execute(file, delegation, command)))
}

async function find({ type, path }: Delegation): Promise<Result<string, CniError>> {
  // Neither this nor execa is loaded by a plugin that calls no other.
  const { findPlugin } = await import('./find-plugin.ts')
  return findPlugin(type, path)
}

/** In milliseconds. */
const defaultTimeLimit = 60_000

async function execute(
  file: string,
  { environment, input, timeLimit = defaultTimeLimit }: Delegation,
  command: CommandName,
): Promise<Result<string, DelegationFailure>> {
  const { execa } = await import('execa')
  const child = execa(file, [], {
    input,
    env: { ...environment, CNI_COMMAND: command },
    extendEnv: false,
    // A process group of its own: a Ctrl-C for this process must not end it half-way, and a kill reaches its children.
    detached: true,
    stderr: ['inherit', 'pipe'],
    stripFinalNewline: false,
    reject: false,
  })
  let isTimedOut = false
  const timer = setTimeout(() => {
    isTimedOut = true
    killGroup(child.pid)
  }, timeLimit)
  const { exitCode, signal, code, stdout, stderr } = await child
  clearTimeout(timer)

  if (isTimedOut) {
    const msg = `${command} was killed: it took longer than ${timeLimit} ms`
    return err(failure('no answer', { code: errorCodes.tryAgainLater, msg }))
  }
  if (exitCode === 0) return ok(stdout)
  if (exitCode === undefined && signal === undefined) {
    return err(failure('not started', { code: errorCodes.ioFailure, msg: `${file} cannot be executed: ${code}` }))
  }
  const error = errorOf(stdout)
  if (error !== undefined) return err(failure('refused', error))
  const end = signal === undefined ? `ended with exit code ${exitCode}` : `was ended by ${signal}`
  const said = excerpt(stderr) || excerpt(stdout)
  const msg = `${command} ${end}, without an error that can be read`
  return err(failure('no answer', { code: errorCodes.ioFailure, msg, ...(said === '' ? {} : { details: said }) }))
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

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended in the meantime.
  }
}

function failure(kind: DelegationFailure['kind'], error: CniError): DelegationFailure {
  return { kind, error }
}
