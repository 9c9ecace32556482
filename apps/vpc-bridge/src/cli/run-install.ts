import { configurationsIn } from '../install/conf-directory.ts'
import { install } from '../install/install.ts'
import { type Places, placesIn } from '../install/places.ts'
import { uninstall } from '../install/uninstall.ts'
import type { InstallCommand, OptionsOf } from './program.ts'
import { exitCodes, type Terminal } from './terminal.ts'

/** Installs or uninstalls plugin and network configuration, and then waits if it is to. Returns the exit code. */
export async function runInstall(
  command: InstallCommand,
  options: OptionsOf<InstallCommand>,
  terminal: Terminal,
): Promise<number> {
  const { runtime, print, printError } = terminal
  const places = placesIn(options['cni-bin-dir'], options['cni-conf-dir'], options.conf)
  if (places.isErr()) {
    printError(`error: ${places.error}`)
    return exitCodes.usage
  }
  // A signal that comes before the wait would be lost on the first process of a container.
  if (options.wait === true) runtime.interruption()
  const code =
    command === 'install' ? await performInstall(places.value, terminal) : performUninstall(places.value, terminal)
  if (code !== exitCodes.done || options.wait !== true) return code
  print('waiting for SIGTERM or SIGINT, which will change nothing')
  print(`ended by ${await runtime.waitForStop()}`)
  return exitCodes.done
}

async function performInstall(places: Places, { runtime, print, printError }: Terminal): Promise<number> {
  if (runtime.executable === undefined) {
    printError('error: this is the Node.js build, which is no single file; install the standalone executable')
    return exitCodes.failed
  }
  const installed = await install(runtime, runtime.executable, places, (path) => print(`${path} is installed`))
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

function performUninstall(places: Places, { runtime, print, printError }: Terminal): number {
  const removed = uninstall(runtime.files, places, print)
  if (removed.isErr()) printError(`error: ${removed.error}`)
  return removed.isOk() ? exitCodes.done : exitCodes.failed
}
