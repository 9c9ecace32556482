import { readFile } from 'node:fs/promises'
import { err, type Result, ResultAsync } from 'neverthrow'
import { compile } from './compile.ts'
import { addSegment } from './elf.ts'
import { inPackage } from './in-package.ts'
import type { Platform } from './platform.ts'
import { programOf } from './program.ts'
import { replaceFile } from './replace-file.ts'

export interface BuildOptions {
  /**
   * Paths of the bundles: each one ECMAScript module that imports nothing but `standalone:host`. Where nothing is left for one to do,
   * and it has not ended the process, the next one is run: in an engine of its own, which is only read then.
   */
  readonly bundles: readonly string[]
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
 * Makes a standalone executable of bundles. The same bundles give the same bytes.
 *
 * @returns why it could not, in one line
 */
export async function build({ bundles, output, platform, sanitized }: BuildOptions): Promise<Result<void, string>> {
  if (bundles.length === 0) return err('there is no bundle to make it of')
  const programs: Uint8Array[] = []
  for (const bundle of bundles) {
    const source = await read(bundle)
    if (source.isErr()) return err(source.error)
    const bytecode = await compile(source.value)
    if (bytecode.isErr()) return err(`${bundle} does not compile: ${bytecode.error}`)
    programs.push(programOf(bytecode.value))
  }
  const hostPath = await inPackage(sanitized === true ? `host-sanitized-${platform}` : `host-${platform}`)
  const host = hostPath.isOk() ? await read(hostPath.value) : hostPath
  if (host.isErr()) return err(host.error)
  const executable = addSegment(host.value, platform, Buffer.concat(programs))
  if (executable.isErr()) return err(`the host ${executable.error}`)
  return replaceFile(output, executable.value, 0o755)
}

function read(path: string): ResultAsync<Uint8Array, string> {
  return ResultAsync.fromPromise(readFile(path), (error) => `${path} cannot be read: ${String(error)}`)
}
