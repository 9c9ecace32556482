import { findExecutable, programPath, type Runtime } from '@vpc-bridge/runtime'

/** Returns true for a program that is installed. */
export type IsInstalled = (name: string) => boolean

/** Returns a look at the programs that this process can start. */
export function installedPrograms({ environment, files }: Pick<Runtime, 'environment' | 'files'>): IsInstalled {
  return (name) => findExecutable(files, name, programPath(environment)) !== undefined
}
