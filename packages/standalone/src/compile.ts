import { execa } from 'execa'
import { err, ok, type Result } from 'neverthrow'
import { inPackage } from './in-package.ts'
import { thisPlatform } from './platform.ts'

/**
 * Compiles a bundle to bytecode, which is the same for all platforms and has no debug information.
 *
 * @param source an ECMAScript module that imports nothing but `standalone:host`
 * @returns why it does not compile, in one line: for a syntax error with line and column
 */
export async function compile(source: Uint8Array): Promise<Result<Uint8Array, string>> {
  const platform = thisPlatform()
  const compiler =
    platform === undefined
      ? err(`${process.platform}-${process.arch} has no compiler`)
      : await inPackage(`compiler-${platform}`)
  if (compiler.isErr()) return err(compiler.error)
  const ended = await execa(compiler.value, [], {
    input: source,
    encoding: 'buffer',
    reject: false,
    stripFinalNewline: false,
    maxBuffer: Number.POSITIVE_INFINITY,
  })
  if (!ended.failed) return ok(ended.stdout)
  const said = Buffer.from(ended.stderr).toString().trim()
  return err(said === '' ? String(ended.shortMessage) : said)
}
