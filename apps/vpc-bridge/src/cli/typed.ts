import { commandLine } from '@vpc-bridge/iproute2/command-line'
import { experiment } from './experiment.ts'
import type { OptionsOf } from './program.ts'

/** A command about the same endpoint, as it can be typed: with those options that are not the usual ones. */
export function typed(
  command: 'add' | 'delete',
  { config, netns, ifname, 'container-id': containerId }: OptionsOf<'add'>,
  program: string,
): string {
  const options = [
    ...(config === undefined ? [] : ['--config', config]),
    ...(netns === experiment.netns ? [] : ['--netns', netns]),
    ...(ifname === experiment.ifName ? [] : ['--ifname', ifname]),
    ...(containerId === experiment.containerId ? [] : ['--container-id', containerId]),
  ]
  return [program, commandLine([command, ...options])].join(' ')
}
