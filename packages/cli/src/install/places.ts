import { err, ok, type Result } from 'neverthrow'

/** Where container runtimes find the plugin and its network configuration. */
export interface Places {
  /** Path of the plugin. */
  readonly plugin: string
  /** Directory of the network configurations. */
  readonly confDirectory: string
  /** Path of the file that holds the network configuration, and the path at which it is installed. */
  readonly configuration?: { readonly source: string; readonly target: string }
}

/**
 * @param type of the plugin, which its file is named after
 * @param binDirectory where runtimes look for plugins
 * @param confDirectory where they look for network configurations
 * @param source path of a network configuration, which keeps its file name
 * @returns the error is one line
 */
export function placesIn(
  type: string,
  binDirectory: string,
  confDirectory: string,
  source: string | undefined,
): Result<Places, string> {
  if (binDirectory === '' || confDirectory === '') return err('the name of a directory is empty')
  const places = { plugin: inDirectory(binDirectory, type), confDirectory }
  if (source === undefined) return ok(places)
  const { name } = split(source)
  if (!isConfigurationName(name))
    return err(`runtimes read no network configuration named "${name}": expected *.conflist, *.conf or *.json`)
  return ok({ ...places, configuration: { source, target: inDirectory(confDirectory, name) } })
}

/** Whether runtimes read a file of this name where they look for network configurations. */
export function isConfigurationName(name: string): boolean {
  return /\.(conflist|conf|json)$/.test(name)
}

/** Returns the path of a file in a directory. */
export function inDirectory(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`
}

/** Takes a path apart: the directory, with a slash at its end, and the name in it. */
export function split(path: string): { readonly directory: string; readonly name: string } {
  const end = path.lastIndexOf('/') + 1
  return { directory: path.slice(0, end), name: path.slice(end) }
}
