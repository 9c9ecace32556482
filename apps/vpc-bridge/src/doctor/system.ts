import { accessSync, closeSync, constants, openSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { dirname } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { isInstalled } from './is-installed.ts'

/** What can be known of this machine without asking the network configuration. */
export interface System {
  /** The effective capabilities of this process as a bit mask (capabilities(7)); `undefined` where /proc does not tell. */
  readonly capabilities: bigint | undefined
  /** Whether a program is installed. */
  readonly hasProgram: (name: string) => boolean
  /** `undefined` when /dev/net/tun can be opened, else the error's name: ENOENT, ENODEV, EACCES … */
  readonly tunError: string | undefined
  /** The kernel's build configuration, lines of `CONFIG_…=y`; `undefined` where it is not published. */
  readonly kernelConfig: string | undefined
  /** Whether a file can be written, or made if it is not there. */
  readonly canWrite: (path: string) => boolean
}

/** Looks at this machine. Opens nothing for writing but /dev/net/tun, which does nothing by itself. */
export function readSystem(environment: Readonly<Record<string, string | undefined>>): System {
  const mask = /^CapEff:\s*([\da-f]+)$/m.exec(attempt(() => readFileSync('/proc/self/status', 'utf8')) ?? '')?.[1]
  return {
    capabilities: mask === undefined ? undefined : BigInt(`0x${mask}`),
    hasProgram: (name) => isInstalled(name, environment),
    tunError: errorOf(() => closeSync(openSync('/dev/net/tun', 'r+'))),
    kernelConfig:
      attempt(() => gunzipSync(readFileSync('/proc/config.gz')).toString()) ??
      attempt(() => readFileSync(`/boot/config-${release()}`, 'utf8')),
    canWrite: (path) =>
      isAllowed(path, constants.W_OK) || (!isAllowed(path, constants.F_OK) && isAllowed(dirname(path), constants.W_OK)),
  }
}

function isAllowed(path: string, mode: number): boolean {
  return errorOf(() => accessSync(path, mode)) === undefined
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** The name of the error that an action ends with, such as ENOENT. */
function errorOf(action: () => void): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    // node:fs throws nothing else.
    return (error as NodeJS.ErrnoException).code ?? 'EIO'
  }
}
