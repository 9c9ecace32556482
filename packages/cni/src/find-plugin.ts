import { type Files, findExecutable } from '@vpc-bridge/runtime'
import { err, ok, type Result } from 'neverthrow'
import { type CniError, errorCodes } from './error.ts'

/**
 * Looks for the executable of a plugin: the first file of that name that may be executed.
 *
 * @param type the name of the plugin
 * @param path directories, in the order to look at them
 * @returns its path; an error of code 7 for a name that is none or not found, of code 4 without directories
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#delegated-plugin-execution-procedure
 */
export function findPlugin(
  type: string,
  path: readonly string[],
  files: Pick<Files, 'access' | 'stat'>,
): Result<string, CniError> {
  if (!/^[^/\\\0]+$/.test(type)) {
    const msg = 'this is not the name of a plugin, expected a file name, without "/" and "\\"'
    return err({ code: errorCodes.invalidConfiguration, msg })
  }
  if (path.length === 0) {
    return err({ code: errorCodes.invalidEnvironment, msg: 'CNI_PATH must be set to find it' })
  }
  const found = findExecutable(files, type, path)
  if (found !== undefined) return ok(found)
  const msg = `there is no executable file of that name in ${path.join(', ')} (CNI_PATH)`
  return err({ code: errorCodes.invalidConfiguration, msg })
}
