import type { Result } from 'neverthrow'
import { type CniError, errorCodes } from './error.ts'
import type { PluginRuntime } from './plugin-runtime.ts'

/** Far more than the longest configuration has, with the results of a chain of plugins. */
const inputLimitBytes = 16 * 1024 * 1024

/** Reads the network configuration, from standard input. */
export function readInput({ files }: Pick<PluginRuntime, 'files'>): Result<string, CniError> {
  return files.readToEnd(0, inputLimitBytes).mapErr(({ errno, message }) => ({
    code: errorCodes.ioFailure,
    msg: `the network configuration cannot be read from the standard input: ${errno}: ${message}`,
  }))
}
