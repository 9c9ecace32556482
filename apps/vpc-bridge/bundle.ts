import { join } from 'node:path'
import { build } from 'tsup'
import { commit } from './commit.ts'

/**
 * Makes one module of the program and all that it imports, for the standalone executable. A module of Node.js among it is an
 * error: the executable has none.
 *
 * @param entry path of the module that is executed
 * @param directory to write to
 * @returns the path of the bundle; beside it, metafile-esm.json is esbuild's account of what is in it
 */
export async function bundle(entry: string, directory: string): Promise<string> {
  await build({
    config: false,
    entry: { bundle: entry },
    outDir: directory,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    minify: true,
    splitting: false,
    silent: true,
    metafile: true,
    removeNodeProtocol: false,
    noExternal: [/^(?!standalone:host$)/],
    external: ['standalone:host'],
    define: { VPC_BRIDGE_COMMIT: JSON.stringify(await commit()) },
    esbuildOptions: (options) => {
      options.conditions = ['@vpc-bridge/source']
      options.mainFields = ['module', 'main']
    },
  })
  return join(directory, 'bundle.js')
}
