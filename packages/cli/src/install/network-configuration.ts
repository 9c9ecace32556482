import { specVersions } from '@vpc-bridge/cni'
import type { ConfigProblem } from '@vpc-bridge/config'
import { isJsonObject, type JsonObject } from '../json-object.ts'

/** A plugin as far as its network configurations go. */
export interface ConfiguredPlugin {
  /** Name of the executable. */
  readonly type: string
  /** Returns all that is wrong with the plugin's part of a network configuration, as it stands in a file. */
  readonly problems: (part: JsonObject) => readonly ConfigProblem[]
  /** The key of the addresses, which may be missing if the runtime adds them (capability `ips`). */
  readonly addressKey?: string | undefined
}

/** Returns the types of the plugins of a network configuration: of a list, or of a single one; none for what is none. */
export function pluginTypes(text: string): readonly string[] {
  const document = parseJson(text)
  if (!isJsonObject(document)) return []
  const { plugins } = document
  const found: readonly unknown[] = Array.isArray(plugins) ? plugins : [document]
  return found.map((plugin) => isJsonObject(plugin) && plugin['type']).filter((type) => typeof type === 'string')
}

/**
 * Checks a network configuration for a plugin, alone or in a list with other plugins, as it stands in a file.
 *
 * @param name of the file: runtimes read a list from `*.conflist`, a single plugin from `*.conf` and `*.json`
 * @returns everything that is wrong with it
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#section-1-network-configuration-format
 */
export function configurationProblems(name: string, text: string, plugin: ConfiguredPlugin): readonly ConfigProblem[] {
  const document = parseJson(text)
  if (!isJsonObject(document)) return [{ path: '', found: document ?? text, expected: 'a JSON object' }]
  const { cniVersion, plugins } = document
  const isKnown = specVersions.some((version) => version === cniVersion)
  const expected = `one of ${specVersions.join(', ')}`
  return [
    ...(isKnown ? [] : [{ path: 'cniVersion', found: cniVersion, expected }]),
    ...(name.endsWith('.conflist')
      ? listProblems(document, plugins, plugin)
      : singleProblems(document, plugins, plugin)),
  ]
}

function singleProblems(document: JsonObject, plugins: unknown, plugin: ConfiguredPlugin): readonly ConfigProblem[] {
  if (plugins !== undefined)
    return [{ path: 'plugins', found: plugins, expected: 'none: a list is for a file *.conflist' }]
  const { type } = document
  return type === plugin.type
    ? problemsOf(document, plugin)
    : [{ path: 'type', found: type, expected: `"${plugin.type}"` }]
}

function listProblems(document: JsonObject, plugins: unknown, own: ConfiguredPlugin): readonly ConfigProblem[] {
  const { type: wanted } = own
  const isUsed =
    Array.isArray(plugins) && plugins.some((plugin: unknown) => isJsonObject(plugin) && plugin['type'] === wanted)
  if (!isUsed) return [{ path: 'plugins', found: plugins, expected: `a list with a plugin of the type "${wanted}"` }]
  const { name, cniVersion } = document
  return plugins.flatMap((plugin: unknown, index) => {
    const path = `plugins[${index}]`
    const type = isJsonObject(plugin) ? plugin['type'] : undefined
    if (!isJsonObject(plugin) || typeof type !== 'string')
      return [{ path, found: plugin, expected: 'an object with the type of a plugin' }]
    if (type !== wanted) return []
    // A runtime gives these to each plugin of a list.
    return problemsOf({ ...plugin, name, cniVersion }, own).map((problem) =>
      problem.path === 'name' ? problem : { ...problem, path: `${path}.${problem.path}` },
    )
  })
}

/** Returns what is wrong with a plugin's part, but not that there are no addresses where the runtime adds them. */
function problemsOf(part: JsonObject, { problems, addressKey }: ConfiguredPlugin): readonly ConfigProblem[] {
  const { capabilities } = part
  const areAdded = isJsonObject(capabilities) && capabilities['ips'] === true
  return problems(part).filter(({ path, found }) => !(areAdded && path === addressKey && found === undefined))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
