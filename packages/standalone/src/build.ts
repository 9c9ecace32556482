import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { err, ok, type Result, ResultAsync } from 'neverthrow'
import { compile } from './compile.ts'
import { addSegment } from './elf.ts'
import { inPackage } from './in-package.ts'
import { moduleOf } from './module.ts'
import type { Platform } from './platform.ts'
import { replaceFile } from './replace-file.ts'

export interface BuildOptions {
  /**
   * Path of the bundle: an ECMAScript module that imports nothing but `standalone:host` and modules beside it, as `./name.js`. Those
   * become part of the executable. What is imported by `import('./name.js')` is read only then.
   */
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
  const modules = await modulesOf(bundle)
  if (modules.isErr()) return err(modules.error)
  const hostPath = await inPackage(sanitized === true ? `host-sanitized-${platform}` : `host-${platform}`)
  const host = hostPath.isOk() ? await read(hostPath.value) : hostPath
  if (host.isErr()) return err(host.error)
  const executable = addSegment(host.value, platform, Buffer.concat(modules.value))
  if (executable.isErr()) return err(`the host ${executable.error}`)
  return replaceFile(output, executable.value, 0o755)
}

/** Compiles a bundle and the modules beside it that it imports, itself first. */
async function modulesOf(bundle: string): Promise<Result<readonly Uint8Array[], string>> {
  const names = new Set([basename(bundle)])
  const modules: Uint8Array[] = []
  // Those that are added meanwhile are iterated over, too.
  for (const name of names) {
    const path = join(dirname(bundle), name)
    const source = await read(path)
    if (source.isErr()) return err(source.error)
    const compiled = await compile(name, source.value.toString())
    if (compiled.isErr()) return err(`${path} does not compile: ${compiled.error}`)
    for (const each of compiled.value.imports) names.add(each)
    const module = moduleOf(name, compiled.value.bytecode)
    if (module.isErr()) return err(`${path} ${module.error}`)
    modules.push(module.value)
  }
  return ok(modules)
}

function read(path: string): ResultAsync<Buffer, string> {
  return ResultAsync.fromPromise(readFile(path), (error) => `${path} cannot be read: ${String(error)}`)
}
