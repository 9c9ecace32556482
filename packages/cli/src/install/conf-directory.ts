import type { Files } from '@vpc-bridge/runtime'
import { ok } from 'neverthrow'
import { pluginTypes } from './network-configuration.ts'
import { inDirectory, isConfigurationName } from './places.ts'

/** Tells whose a network configuration is: a plugin's, or others'; `unknown` for what is missing, or no network configuration. */
export function ownerOf(
  { stat, read }: Pick<Files, 'stat' | 'read'>,
  path: string,
  type: string,
): 'own' | 'others' | 'unknown' {
  // Opening a pipe might wait for a writer.
  const text = stat(path).andThen(({ kind }) => (kind === 'file' ? read(path) : ok('')))
  const types = text.map(pluginTypes).unwrapOr<readonly string[]>([])
  if (types.includes(type)) return 'own'
  return types.length > 0 ? 'others' : 'unknown'
}

/** Returns the paths of the network configurations in a directory, sorted: runtimes use the first. */
export function configurationsIn({ list }: Pick<Files, 'list'>, directory: string): readonly string[] {
  const names = list(directory).unwrapOr([])
  return names.filter(isConfigurationName).map((name) => inDirectory(directory, name))
}
