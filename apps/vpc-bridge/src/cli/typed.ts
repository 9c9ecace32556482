import { commandLine } from '@vpc-bridge/iproute2'
import { isOnPath } from '../doctor/is-installed.ts'
import type { EndpointOptions } from './program.ts'
import { seed } from './seed.ts'
import type { Terminal } from './terminal.ts'

/** How the program is called where it was called: by its path, if the shell does not find it by its name. */
export function programName({ environment, executable }: Pick<Terminal, 'environment' | 'executable'>): string {
  const isKnown = executable === undefined || isOnPath('vpc-bridge', environment['PATH'] ?? '')
  return isKnown ? 'vpc-bridge' : commandLine([executable])
}

/** A command about the same endpoint, as it can be typed: with those options that are not the usual ones. */
export function typed(
  command: 'add' | 'delete',
  { config, netns, ifname, containerId }: EndpointOptions,
  terminal: Pick<Terminal, 'environment' | 'executable'>,
): string {
  const options = [
    ...(config === undefined ? [] : ['--config', config]),
    ...(netns === seed.netns ? [] : ['--netns', netns]),
    ...(ifname === seed.ifName ? [] : ['--ifname', ifname]),
    ...(containerId === seed.containerId ? [] : ['--container-id', containerId]),
  ]
  return [programName(terminal), commandLine([command, ...options])].join(' ')
}
