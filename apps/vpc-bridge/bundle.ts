import { basename, join } from 'node:path'
import { build } from 'tsup'
import { commit } from './commit.ts'

const [entry, program] = ['src/standalone.ts', 'src/standalone-program.ts']

/**
 * Makes the modules of the standalone executable: one that is executed, and those beside it that it imports, each with all that it
 * imports from elsewhere.
 *
 * @param directory to write to
 * @returns the path of the bundle; beside it, metafile-esm.json is esbuild's account of what is in the program
 */
export async function bundleExecutable(directory: string): Promise<string> {
  const bundled = await bundle(join(import.meta.dirname, entry), directory, ['./standalone-program.js'])
  // Apart: esbuild would put all that both can reach, needed or not, into a module that VERSION waits for.
  await bundle(join(import.meta.dirname, program), directory)
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
