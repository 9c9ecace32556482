import { describeProblem } from '@vpc-bridge/config'
import type { Files, Runtime } from '@vpc-bridge/runtime'
import { err, ok, type Result } from 'neverthrow'
import { ownerOf } from './conf-directory.ts'
import { type ConfiguredPlugin, configurationProblems } from './network-configuration.ts'
import { type Placement, place } from './place.ts'
import { type Places, split } from './places.ts'

/** Why nothing was installed, or not all; each problem is one line. */
export interface InstallError {
  readonly kind: 'wrong configuration' | 'not installed'
  readonly problems: readonly string[]
}

/**
 * Puts the plugin, and after it the network configuration, where container runtimes look for them. Nothing is changed where the
 * configuration is wrong, or would replace one of other plugins.
 *
 * @param executable path of the plugin
 * @param installed called with the path of each file that is in its place
 */
export async function install(
  runtime: Pick<Runtime, 'files' | 'interruption'>,
  own: ConfiguredPlugin,
  executable: string,
  { plugin, configuration }: Places,
  installed: (path: string) => void,
): Promise<Result<void, InstallError>> {
  const { files } = runtime
  const placements: Placement[] = [{ target: plugin, write: (path) => files.copy(executable, path, 0o755) }]
  if (configuration !== undefined) {
    const { source, target } = configuration
    const text = readConfiguration(files, source, own)
    if (text.isErr()) return err({ kind: 'wrong configuration', problems: text.error })
    if (ownerOf(files, target, own.type) === 'others') {
      const problem = `${target} is a network configuration of other plugins, and stays: give ${source} another name`
      return err({ kind: 'not installed', problems: [problem] })
    }
    // Nobody but root needs to read it: CIS Kubernetes Benchmark, 1.1.9.
    placements.push({ target, write: (path) => files.create(path, text.value, 0o600) })
  }
  const placed = await place(runtime, own.type, placements, installed)
  return placed.mapErr((problem) => ({ kind: 'not installed', problems: [problem] }))
}

/** @returns the text of a network configuration, or what is wrong with it, line by line */
function readConfiguration(files: Files, path: string, plugin: ConfiguredPlugin): Result<string, readonly string[]> {
  return files
    .read(path)
    .mapErr(({ message }) => [`${path} cannot be read: ${message}`])
    .andThen((text) => {
      const problems = configurationProblems(split(path).name, text, plugin)
      return problems.length === 0 ? ok(text) : err(problems.map((problem) => `${path}: ${describeProblem(problem)}`))
    })
}
