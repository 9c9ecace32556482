import { execa } from 'execa'
import { err, ok, type Result } from 'neverthrow'
import { inPackage } from './in-package.ts'
import { thisPlatform } from './platform.ts'

/** A module, compiled. */
export interface Compiled {
  /** The same for all platforms, without debug information. */
  readonly bytecode: Uint8Array
  /** Names of the modules beside it that it imports, also by `import()`. */
  readonly imports: readonly string[]
}

/**
 * Compiles a module to bytecode.
 *
 * @param name by which others import it
 * @param source an ECMAScript module that imports nothing but `standalone:host` and modules beside it, by `./` and their name
 * @returns why it does not compile, in one line: for a syntax error with line and column
 */
export async function compile(name: string, source: string): Promise<Result<Compiled, string>> {
  const platform = thisPlatform()
  const compiler =
    platform === undefined
      ? err(`${process.platform}-${process.arch} has no compiler`)
      : await inPackage(`compiler-${platform}`)
  if (compiler.isErr()) return err(compiler.error)
  const { input, imports } = importByHost(source)
  const ended = await execa(compiler.value, [name], {
    input,
    encoding: 'buffer',
    reject: false,
    stripFinalNewline: false,
    maxBuffer: Number.POSITIVE_INFINITY,
  })
  const said = Buffer.from(ended.stderr).toString().trim()
  if (ended.failed) return err(said === '' ? String(ended.shortMessage) : said)
  return ok({ bytecode: ended.stdout, imports: [...imports, ...said.split('\n').filter((line) => line !== '')] })
}

/**
 * Has the host do what the engine does for `import('./name')` only where bytecode has debug information.
 *
 * @returns the source, and the names
 */
function importByHost(source: string): { readonly input: string; readonly imports: readonly string[] } {
  const imports: string[] = []
  const input = source.replaceAll(/\bimport\(\s*(["'])\.\/([^"'/]+)\1\s*\)/g, (_, quote, name) => {
    imports.push(name)
    // Later, as import() does: a module that is being evaluated may import itself by others.
    return `Promise.resolve(${quote}${name}${quote}).then(standaloneImport)`
  })
  // At the end: lines and columns of errors are those of the source.
  const host = `;import { importModule as standaloneImport } from 'standalone:host'`
  return { input: imports.length === 0 ? source : `${input}\n${host}`, imports }
}
