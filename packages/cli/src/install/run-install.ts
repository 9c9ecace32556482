import type { InvocationOf } from '../command-line/command.ts'
import { exitCodes, type Terminal } from '../terminal.ts'
import { configurationsIn } from './conf-directory.ts'
import { install } from './install.ts'
import type { ConfiguredPlugin } from './network-configuration.ts'
import { type Places, placesIn } from './places.ts'
import { uninstall } from './uninstall.ts'

const options = {
  'cni-bin-dir': { type: 'text', value: 'directory', default: '/opt/cni/bin', help: 'where the plugins are' },
  'cni-conf-dir': {
    type: 'text',
    value: 'directory',
    default: '/etc/cni/net.d',
    help: 'where the network configurations are',
  },
  conf: { type: 'text', value: 'file', help: 'a network configuration that goes there, by the same name' },
  wait: { type: 'flag', help: 'then wait for SIGTERM or SIGINT, as the container of a Kubernetes DaemonSet' },
} as const

/** Returns the commands that put a plugin where container runtimes look for it, and take it away. */
export function installCommands(program: string) {
  return [
    {
      name: 'install',
      summary: 'put this executable, and a network configuration, where container runtimes look for them',
      options,
      help: `A runtime that looks meanwhile finds the earlier file or the new one, whole. The network configuration comes last, and is
checked first: a wrong one changes nothing. Nothing is taken away when the command ends.

Examples:
  ${program} install
  ${program} install --conf 10-net.conflist
Exit status: 0 done, 1 wrong usage or configuration, 2 failed.`,
    },
    {
      name: 'uninstall',
      summary: 'take away what install has put there, the network configuration first',
      options,
      help: `The file that --conf names need not be there any more: its name tells what to take away. Nothing is taken away while another
network configuration needs the plugin. Containers that are connected stay so, but nobody can disconnect them then.
Exit status: 0 done, 1 wrong usage, 2 failed.`,
    },
  ] as const
}

/** What the command line asks for. */
type InstallInvocation = InvocationOf<ReturnType<typeof installCommands>[number]>

/** Installs or uninstalls plugin and network configuration, and then waits if it is to. Returns the exit code. */
export async function runInstall(
  plugin: ConfiguredPlugin,
  { command, options }: InstallInvocation,
  terminal: Terminal,
): Promise<number> {
  const { runtime, print, printError } = terminal
  const places = placesIn(plugin.type, options['cni-bin-dir'], options['cni-conf-dir'], options.conf)
  if (places.isErr()) {
    printError(`error: ${places.error}`)
    return exitCodes.usage
  }
  // A signal that comes before the wait would be lost on the first process of a container.
  if (options.wait === true) runtime.interruption()
  const code =
    command === 'install'
      ? await performInstall(plugin, places.value, terminal)
      : performUninstall(plugin, places.value, terminal)
  if (code !== exitCodes.done || options.wait !== true) return code
  print('waiting for SIGTERM or SIGINT, which will change nothing')
  print(`ended by ${await runtime.waitForStop()}`)
  return exitCodes.done
}

async function performInstall(
  plugin: ConfiguredPlugin,
  places: Places,
  { runtime, print, printError }: Terminal,
): Promise<number> {
  if (runtime.executable === undefined) {
    printError('error: this is the Node.js build, which is no single file; install the standalone executable')
    return exitCodes.failed
  }
  const installed = await install(runtime, plugin, runtime.executable, places, (path) => print(`${path} is installed`))
  if (installed.isErr()) {
    for (const problem of installed.error.problems) printError(`error: ${problem}`)
    return installed.error.kind === 'wrong configuration' ? exitCodes.usage : exitCodes.failed
  }
  const own = places.configuration?.target
  const [first] = configurationsIn(runtime.files, places.confDirectory)
  if (own !== undefined && first !== undefined && first !== own)
    printError(`note: ${first} comes before it, and runtimes use the first by name`)
  return exitCodes.done
}

function performUninstall(
  { type }: ConfiguredPlugin,
  places: Places,
  { runtime, print, printError }: Terminal,
): number {
  const removed = uninstall(runtime.files, type, places, print)
  if (removed.isErr()) printError(`error: ${removed.error}`)
  return removed.isOk() ? exitCodes.done : exitCodes.failed
}
