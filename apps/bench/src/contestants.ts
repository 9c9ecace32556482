import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { cniPlugin } from './cni-plugin.ts'
import type { Contestant } from './contestant.ts'
import type { Debian } from './debian.ts'
import { floor } from './floor.ts'
import { addressOf, ourConfiguration, ours, oursWithHostLocal } from './ours.ts'
import { peers } from './peers.ts'

/**
 * All that are measured.
 *
 * @param named those of the command line
 */
export function contestants(debian: Debian, named: readonly Contestant[]): readonly Contestant[] {
  return [ours, oursWithHostLocal(debian), ...peers(debian), ...named, floor]
}

/**
 * A plugin that is named on the command line.
 *
 * @param text `PATH`, `NAME=PATH` or `NAME=PATH,CONFIG`. CONFIG is the path of a configuration, in which `{address}` stands for an address of
 * the subnet 192.168.0.0/16; absent: ours, which the reference plugin understands too
 */
export function pluginOf(text: string): Contestant {
  const [, name, file, configFile] = /^(?:([^=,]+)=)?([^=,]+)(?:,(.+))?$/.exec(text) ?? []
  if (file === undefined) throw new Error(`--plugin ${text}: expected PATH, NAME=PATH or NAME=PATH,CONFIG`)
  const configuration = ourConfiguration('L3')
  const template = configFile === undefined ? undefined : readFileSync(configFile, 'utf8')
  return cniPlugin({
    name: name ?? basename(file),
    file,
    configure: (host, container) =>
      template === undefined
        ? configuration(host, container)
        : JSON.parse(template.replaceAll('{address}', addressOf(container.number))),
  })
}
