import { commandLine } from '@vpc-bridge/iproute2/command-line'
import { findExecutable, type Runtime } from '@vpc-bridge/runtime'

/** Returns how the program is called where it was called: by its path, if the shell does not find it by its name. */
export function programName(type: string, { environment, executable, files }: Runtime): string {
  const isKnown = executable === undefined || findExecutable(files, type, environment['PATH'] ?? '') !== undefined
  return isKnown ? type : commandLine([executable])
}
