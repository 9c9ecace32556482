import { readConfiguration } from './configuration.ts'
import type { Outcome } from './outcome.ts'
import type { PluginRuntime } from './plugin-runtime.ts'
import { readInput } from './read-input.ts'
import { newestVersion, type SpecVersion } from './version.ts'

/**
 * Answers VERSION, in the version that it is asked in, if there is any input at all.
 *
 * @param versions that the plugin implements
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#version-probe-plugin-version-support
 */
export function answerVersion(versions: readonly SpecVersion[], runtime: Pick<PluginRuntime, 'files'>): Outcome {
  const stated = readInput(runtime).andThen(readConfiguration)
  const cniVersion = stated.isOk() ? stated.value.cniVersion : (versions.at(-1) ?? newestVersion)
  const stdout = `${JSON.stringify({ cniVersion, supportedVersions: versions })}\n`
  return { stdout, stderr: '', exitCode: 0 }
}
