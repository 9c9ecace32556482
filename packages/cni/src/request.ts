import type { Environment } from '@vpc-bridge/runtime'
import { ok, type Result } from 'neverthrow'
import type { Parameters } from './environment.ts'
import { type CniError, errorCodes } from './error.ts'
import { parseResult } from './parse-result.ts'
import type { PluginRuntime } from './plugin-runtime.ts'
import type { CniResult } from './result.ts'
import type { ValidAttachment } from './valid-attachments.ts'
import type { SpecVersion } from './version.ts'

/** What every command comes with: environment and configuration, both checked as far as the protocol goes. */
export interface Request {
  readonly cniVersion: SpecVersion
  /** The network configuration. */
  readonly document: Readonly<Record<string, unknown>>
  /** The text of the network configuration, as plugins that this one delegates to must get it. */
  readonly input: string
  /** CNI_PATH: the directories that other plugins are in. */
  readonly path: readonly string[]
  readonly environment: Environment
  /** What it takes to delegate to other plugins. */
  readonly runtime: Pick<PluginRuntime, 'files' | 'runChild'>
}

export interface AddRequest extends Request, Parameters {
  readonly netns: string
  /** What the plugins before this one in a chain have made: the answer has to contain it (`mergeResult`). */
  readonly prevResult?: CniResult
}

export interface DelRequest extends Request, Parameters {
  /**
   * What the ADD of the whole chain has made. Absent as well if it cannot be read: a DEL that fails is asked for again,
   * for ever, and it can do without.
   */
  readonly prevResult?: CniResult
}

export interface CheckRequest extends Request, Parameters {
  readonly netns: string
  /** What the ADD of the whole chain has made. */
  readonly prevResult: CniResult
}

export interface GcRequest extends Request {
  /** All attachments of the network that still exist. What belongs to any other may be removed. */
  readonly validAttachments: readonly ValidAttachment[]
}

export type StatusRequest = Request

/**
 * Reads `prevResult` of a configuration.
 *
 * @returns `undefined` without one; an error of code 7 that tells all that is wrong with it
 */
export function prevResultOf({
  prevResult,
}: Readonly<Record<string, unknown>>): Result<CniResult | undefined, CniError> {
  if (prevResult === undefined || prevResult === null) return ok(undefined)
  return parseResult(prevResult, 'prevResult').mapErr((msg) => ({ code: errorCodes.invalidConfiguration, msg }))
}
