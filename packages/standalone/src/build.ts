import { readFile } from 'node:fs/promises'
import { err, type Result, ResultAsync } from 'neverthrow'
import { compile } from './compile.ts'
import { addSegment } from './elf.ts'
import { inPackage } from './in-package.ts'
import type { Platform } from './platform.ts'
import { programOf } from './program.ts'
import { replaceFile } from './replace-file.ts'

export interface BuildOptions {
  /** Path of the bundle: one ECMAScript module that imports nothing but `standalone:host`. */
  readonly bundle: string
  /** Path of the executable to make or replace (mode 0755). */
  readonly output: string
  readonly platform: Platform
  /**
   * Makes it of the host that ends at the first error of memory or undefined behaviour: for tests, on machines with glibc and of the
   * architecture where this package was built. Absent: of the one that is small, static and fast.
   */
  readonly sanitized?: boolean
}

/**
 * Makes a standalone executable of a bundle. The same bundle gives the same bytes.
 *
 * @returns why it could not, in one line
 */
export async function build({ bundle, output, platform, sanitized }: BuildOptions): Promise<Result<void, string>> {
  const source = await read(bundle)
  if (source.isErr()) return err(source.error)
  const bytecode = await compile(source.value)
  if (bytecode.isErr()) return err(`${bundle} does not compile: ${bytecode.error}`)

  const hostPath = await inPackage(sanitized === true ? `host-sanitized-${platform}` : `host-${platform}`)
  const host = hostPath.isOk() ? await read(hostPath.value) : hostPath
  if (host.isErr()) return err(host.error)
  const executable = addSegment(host.value, platform, programOf(bytecode.value))
  if (executable.isErr()) return err(`the host ${executable.error}`)
  return replaceFile(output, executable.value, 0o755)
}

function read(path: string): ResultAsync<Uint8Array, string> {
  return ResultAsync.fromPromise(readFile(path), (error) => `${path} cannot be read: ${String(error)}`)
}
