import { createHash } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { execa } from 'execa'
import type { Sources } from './fetch-sources.ts'
import { moveIntoPlace } from './move-into-place.ts'
import type { Toolchain, Variant } from './toolchain.ts'

/** The directory that host and compiler are in, from which they are compiled: their names are in assertions. */
const own = join(import.meta.dirname, '..')

const engineFiles = ['quickjs.c', 'cutils.c', 'dtoa.c', 'libregexp.c', 'libunicode.c']

/** The engine is compiled as it is, our own code has no warning. What JavaScript calls has parameters it does not use. */
const ownWarnings = ['-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror']

/**
 * Compiles and links the host; and the bytecode compiler, but not with sanitizers, which are for programs.
 *
 * @param output a directory
 * @param sources beside which the compiled engine is kept, which takes most of the time
 */
export async function compileInto(
  output: string,
  { platform, sanitized }: Variant,
  toolchain: Toolchain,
  sources: Sources,
): Promise<void> {
  // Assertions name their files: the bytes are not to depend on where these are.
  const always = [...toolchain.options, `-ffile-prefix-map=${sources.quickjs}=quickjs`, '-isystem', sources.quickjs]
  const key = createHash('sha256')
    .update(JSON.stringify([toolchain, always]))
    .digest('hex')
    .slice(0, 16)
  const engine = join(sources.cache, `${basename(sources.quickjs)}+${key}`)
  if ((await readdir(engine).catch(() => [])).length === 0) {
    await compileFiles(sources.quickjs, engineFiles, ['-w'], `${engine}.${process.pid}`)
    await moveIntoPlace(`${engine}.${process.pid}`, engine)
  }
  const objects = `${engine}.${process.pid}.own`
  await link('host', `host-${sanitized ? 'sanitized-' : ''}${platform}`)
  if (!sanitized) await link('compiler', `compiler-${platform}`)
  await rm(objects, { recursive: true })

  async function link(directory: string, name: string) {
    await compileFiles(directory, await readdir(join(own, directory)), ownWarnings, join(objects, directory))
    const parts = await Promise.all([join(objects, directory), engine].map(contents))
    await execa(toolchain.gcc, [...toolchain.link, '-o', join(output, name), ...parts.flat(), ...toolchain.libraries])
  }

  async function compileFiles(from: string, files: readonly string[], warnings: readonly string[], to: string) {
    await mkdir(to, { recursive: true })
    const compile = (file: string) => {
      const object = join(to, `${basename(file, '.c')}.o`)
      return execa(toolchain.gcc, [...always, ...warnings, '-c', join(from, file), '-o', object], { cwd: own })
    }
    await Promise.all(files.filter((file) => file.endsWith('.c')).map(compile))
  }
}

/** Returns the paths in a directory, in an order that is always the same. */
async function contents(directory: string): Promise<readonly string[]> {
  return (await readdir(directory)).sort().map((file) => join(directory, file))
}
