import type { Files } from '@vpc-bridge/runtime'
import { err, ok, type Result } from 'neverthrow'
import { configurationsIn, ownerOf } from './conf-directory.ts'
import { type Places, split } from './places.ts'

/**
 * Removes the network configuration, and after it the plugin: no runtime finds a configuration without its plugin. Nothing is
 * changed where the configuration is one of other plugins, or where another one needs the plugin.
 *
 * @param type of the plugin
 * @param report called with one line for each file
 * @returns in one line what could not be removed, and why
 */
export function uninstall(
  files: Files,
  type: string,
  { plugin, confDirectory, configuration }: Places,
  report: (line: string) => void,
): Result<void, string> {
  const own = configuration?.target
  if (own !== undefined && ownerOf(files, own, type) === 'others')
    return err(`${own} is a network configuration of other plugins; nothing is removed`)
  const users = configurationsIn(files, confDirectory).filter(
    (path) => path !== own && ownerOf(files, path, type) === 'own',
  )
  if (users.length > 0) return err(`the plugin is needed by ${users.join(', ')}; nothing is removed`)
  for (const path of own === undefined ? [plugin] : [own, plugin]) {
    const { directory, name } = split(path)
    const isThere = files.list(directory).map((names) => names.includes(name))
    const removed = files.remove(path)
    if (removed.isErr()) return err(`${path} cannot be removed: ${removed.error.message}`)
    report(isThere.unwrapOr(false) ? `${path} is removed` : `${path} was not there`)
  }
  return ok()
}
