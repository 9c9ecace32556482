import { basename, join } from 'node:path'
import { build } from 'tsup'
import { commit } from './commit.ts'

/** What the executable is made of: the module that is executed, and what it imports, each with all that it imports itself. */
const entry = 'standalone'
const parts = ['standalone-version', 'standalone-program']

/**
 * Makes the modules of the standalone executable.
 *
 * @param directory to write to
 * @returns the path of the bundle; beside it, metafile-esm.json is esbuild's account of what is in the program
 */
export async function bundleExecutable(directory: string): Promise<string> {
  const source = (name: string) => join(import.meta.dirname, `src/${name}.ts`)
  const beside = parts.map((part) => `./${part}.js`)
  const bundled = await bundle(source(entry), directory, beside)
  // Apart: esbuild would put all that two of them can reach, needed or not, into a module that both wait for.
  for (const part of parts) await bundle(source(part), directory)
  return bundled
}

/**
 * Makes modules of an entry. A module of Node.js among what it imports is an error: the executable has none.
 *
 * @param entry path of the module that is executed
 * @param directory to write to
 * @param beside names of modules that others make in the directory
 * @returns the path of the bundle
 */
export async function bundle(entry: string, directory: string, beside: readonly string[] = []): Promise<string> {
  const name = basename(entry, '.ts')
  await build({
    config: false,
    entry: { [name]: entry },
    outDir: directory,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    minify: true,
    splitting: true,
    silent: true,
    metafile: true,
    removeNodeProtocol: false,
    noExternal: [/^(?![./]|standalone:host$)/],
    external: ['standalone:host', ...beside],
    define: { VPC_BRIDGE_COMMIT: JSON.stringify(await commit()) },
    esbuildOptions: (options) => {
      options.conditions = ['@vpc-bridge/source']
      options.mainFields = ['module', 'main']
    },
  })
  return join(directory, `${name}.js`)
}
