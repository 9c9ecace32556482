import { basename, join } from 'node:path'
import { build } from 'tsup'
import { commit } from './commit.ts'

/** The modules that are executed, one after the other: a runtime does not wait until the command line is read. */
export const entries = ['src/standalone-plugin.ts', 'src/standalone-command-line.ts']

/**
 * Makes one module of each entry and all that it imports, for the standalone executable. A module of Node.js among it is an
 * error: the executable has none.
 *
 * @param entries paths of the modules that are executed
 * @param directory to write to
 * @returns the paths of the bundles; beside them, metafile-esm.json is esbuild's account of what is in them
 */
export async function bundle(entries: readonly string[], directory: string): Promise<readonly string[]> {
  const names = entries.map((entry) => [basename(entry, '.ts'), entry])
  await build({
    config: false,
    entry: Object.fromEntries(names),
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
  return names.map(([name]) => join(directory, `${name}.js`))
}
