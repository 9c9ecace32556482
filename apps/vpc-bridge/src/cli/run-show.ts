import { exitCodes, installedPrograms, type Terminal } from '@vpc-bridge/cli'
import { hostPath } from '@vpc-bridge/plugin'
import { observe } from '../show/observe.ts'
import { listPlaces } from '../show/places.ts'
import { observationSvg } from '../show/svg.ts'
import { nothingLines, observationLines } from '../show/text.ts'
import type { OptionsOf } from './program.ts'
import { tellFailure } from './tell-failure.ts'

/** Shows what vpc-bridge has made on this host. Returns the exit code. */
export async function runShow({ svg, json }: OptionsOf<'show'>, terminal: Terminal): Promise<number> {
  if (svg !== undefined && json === true) {
    terminal.printError('error: --svg draws and --json prints: give one of them')
    return exitCodes.usage
  }
  const { runtime, kernel } = terminal
  const machine = { places: listPlaces(runtime.files), isInstalled: installedPrograms(runtime) }
  const observed = await kernel.open(hostPath).andThen((host) => observe(host, machine))
  const asJson = json ?? !terminal.isInteractive
  if (observed.isErr()) return tellFailure(observed.error, { ...terminal, asJson })
  const observation = observed.value
  const isNothing = observation.networks.length === 0 && observation.strays.length === 0
  if (svg !== undefined) {
    if (isNothing) {
      for (const line of nothingLines(terminal.program)) terminal.printError(line)
      return exitCodes.failed
    }
    return writePicture(svg, observationSvg(observation), terminal)
  }
  const lines = asJson
    ? [JSON.stringify(observation)]
    : isNothing
      ? nothingLines(terminal.program)
      : observationLines(observation)
  for (const line of lines) terminal.print(line)
  return exitCodes.done
}

function writePicture(file: string, picture: string, { runtime, print, printError }: Terminal): number {
  if (file === '-') {
    print(picture.trimEnd())
    return exitCodes.done
  }
  return runtime.files.writeFile(file, picture).match(
    () => {
      print(`${file} is drawn`)
      return exitCodes.done
    },
    ({ errno, message }) => {
      printError(`error: the picture cannot be written to ${file}: ${errno}: ${message}`)
      return exitCodes.failed
    },
  )
}
