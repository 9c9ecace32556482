import { writeFileSync } from 'node:fs'
import { hostPath } from '../cni-plugin.ts'
import { observe } from '../show/observe.ts'
import { listPlaces } from '../show/places.ts'
import { observationSvg } from '../show/svg.ts'
import { nothingLines, observationLines } from '../show/text.ts'
import type { ShowInvocation } from './program.ts'
import { tellFailure } from './tell-failure.ts'
import { exitCodes, type Terminal } from './terminal.ts'
import { programName } from './typed.ts'

/** Shows what vpc-bridge has made on this host. Returns the exit code. */
export async function runShow({ options }: ShowInvocation, terminal: Terminal): Promise<number> {
  if (options.svg !== undefined && options.json === true) {
    terminal.printError('error: --svg draws and --json prints: give one of them')
    return exitCodes.usage
  }
  const observed = await terminal.kernel.open(hostPath).andThen((host) => observe(host, listPlaces()))
  const asJson = options.json ?? !terminal.isInteractive
  if (observed.isErr()) return tellFailure(observed.error, { ...terminal, asJson })
  const observation = observed.value
  const isNothing = observation.networks.length === 0 && observation.strays.length === 0
  if (options.svg !== undefined) {
    if (isNothing) {
      for (const line of nothingLines(programName(terminal))) terminal.printError(line)
      return exitCodes.failed
    }
    return writePicture(options.svg, observationSvg(observation), terminal)
  }
  const lines = asJson
    ? [JSON.stringify(observation)]
    : isNothing
      ? nothingLines(programName(terminal))
      : observationLines(observation)
  for (const line of lines) terminal.print(line)
  return exitCodes.done
}

function writePicture(file: string, picture: string, { print, printError }: Terminal): number {
  if (file === '-') {
    print(picture.trimEnd())
    return exitCodes.done
  }
  try {
    writeFileSync(file, picture)
  } catch (error) {
    printError(`error: the picture cannot be written: ${error instanceof Error ? error.message : String(error)}`)
    return exitCodes.failed
  }
  print(`${file} is drawn`)
  return exitCodes.done
}
