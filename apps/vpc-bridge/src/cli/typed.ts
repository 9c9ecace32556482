import { commandLine } from '@vpc-bridge/iproute2/command-line'
import { findExecutable, type Runtime } from '@vpc-bridge/runtime'
import { experiment } from './experiment.ts'
import type { OptionsOf } from './program.ts'

/** How the program is called where it was called: by its path, if the shell does not find it by its name. */
export function programName({ environment, executable, files }: Runtime): string {
  const isKnown =
    executable === undefined || findExecutable(files, 'vpc-bridge', environment['PATH'] ?? '') !== undefined
  return isKnown ? 'vpc-bridge' : commandLine([executable])
}

/** A command about the same endpoint, as it can be typed: with those options that are not the usual ones. */
export function typed(
  command: 'add' | 'delete',
  { config, netns, ifname, 'container-id': containerId }: OptionsOf<'add'>,
  runtime: Runtime,
): string {
  const options = [
    ...(config === undefined ? [] : ['--config', config]),
    ...(netns === experiment.netns ? [] : ['--netns', netns]),
    ...(ifname === experiment.ifName ? [] : ['--ifname', ifname]),
    ...(containerId === experiment.containerId ? [] : ['--container-id', containerId]),
  ]
  return [programName(runtime), commandLine([command, ...options])].join(' ')
}
