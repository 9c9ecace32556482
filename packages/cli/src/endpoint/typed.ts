import { commandLine } from '@vpc-bridge/iproute2/command-line'
import type { EndpointInvocation } from './commands.ts'
import type { Defaults } from './defaults.ts'

/**
 * Returns a command about the same endpoint, as it can be typed: with those options that are not the usual ones.
 *
 * @param program how this program is called
 */
export function typed(
  command: 'add' | 'delete',
  { config, netns, ifname, 'container-id': containerId }: EndpointInvocation['options'],
  program: string,
  defaults: Defaults,
): string {
  const options = [
    ...(config === undefined ? [] : ['--config', config]),
    ...(netns === defaults.netns ? [] : ['--netns', netns]),
    ...(ifname === defaults.ifName ? [] : ['--ifname', ifname]),
    ...(containerId === defaults.containerId ? [] : ['--container-id', containerId]),
  ]
  return [program, commandLine([command, ...options])].join(' ')
}
