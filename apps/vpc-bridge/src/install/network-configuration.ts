import { specVersions } from '@vpc-bridge/cni'
import type { ConfigProblem } from '@vpc-bridge/config'
import { parseConfig } from '../config/network-config.ts'
import { pluginName } from './places.ts'

type Json = Readonly<Record<string, unknown>>

/** Returns the types of the plugins of a network configuration: of a list, or of a single one; none for what is none. */
export function pluginTypes(text: string): readonly string[] {
  const document = parseJson(text)
  if (!isObject(document)) return []
  const { plugins } = document
  const found: readonly unknown[] = Array.isArray(plugins) ? plugins : [document]
  return found.map((plugin) => isObject(plugin) && plugin['type']).filter((type) => typeof type === 'string')
}

/**
 * Checks a network configuration for vpc-bridge, alone or in a list with other plugins, as it stands in a file.
 *
 * @param name of the file: runtimes read a list from `*.conflist`, a single plugin from `*.conf` and `*.json`
 * @returns everything that is wrong with it
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#section-1-network-configuration-format
 */
export function configurationProblems(name: string, text: string): readonly ConfigProblem[] {
  const document = parseJson(text)
  if (!isObject(document)) return [{ path: '', found: document ?? text, expected: 'a JSON object' }]
  const { cniVersion, plugins } = document
  const isKnown = specVersions.some((version) => version === cniVersion)
  const expected = `one of ${specVersions.join(', ')}`
  return [
    ...(isKnown ? [] : [{ path: 'cniVersion', found: cniVersion, expected }]),
    ...(name.endsWith('.conflist') ? listProblems(document, plugins) : singleProblems(document, plugins)),
  ]
}

function singleProblems(document: Json, plugins: unknown): readonly ConfigProblem[] {
  if (plugins !== undefined)
    return [{ path: 'plugins', found: plugins, expected: 'none: a list is for a file *.conflist' }]
  const { type } = document
  return type === pluginName ? ownProblems(document) : [{ path: 'type', found: type, expected: `"${pluginName}"` }]
}

function listProblems(document: Json, plugins: unknown): readonly ConfigProblem[] {
  const isUsed =
    Array.isArray(plugins) && plugins.some((plugin: unknown) => isObject(plugin) && plugin['type'] === pluginName)
  if (!isUsed)
    return [{ path: 'plugins', found: plugins, expected: `a list with a plugin of the type "${pluginName}"` }]
  const { name, cniVersion } = document
  return plugins.flatMap((plugin: unknown, index) => {
    const path = `plugins[${index}]`
    const type = isObject(plugin) ? plugin['type'] : undefined
    if (!isObject(plugin) || typeof type !== 'string')
      return [{ path, found: plugin, expected: 'an object with the type of a plugin' }]
    if (type !== pluginName) return []
    // A runtime gives these to each plugin of a list.
    return ownProblems({ ...plugin, name, cniVersion }).map((problem) =>
      problem.path === 'name' ? problem : { ...problem, path: `${path}.${problem.path}` },
    )
  })
}

/** Finds what is wrong with a plugin's part, but not that there are no addresses where the runtime adds them. */
function ownProblems(plugin: Json): readonly ConfigProblem[] {
  const { capabilities } = plugin
  const areAddressesAdded = isObject(capabilities) && capabilities['ips'] === true
  return parseConfig(plugin).match(
    () => [],
    (problems) =>
      problems.filter(({ path, found }) => !(areAddressesAdded && path === 'ipAddresses' && found === undefined)),
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
