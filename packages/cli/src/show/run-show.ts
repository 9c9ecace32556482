import { hostPath, type ShownRecord } from '@vpc-bridge/plugin'
import type { InvocationOf } from '../command-line/command.ts'
import { installedPrograms } from '../installed-programs.ts'
import { json } from '../options.ts'
import { tellError, toCniError } from '../tell-error.ts'
import { exitCodes, type Terminal } from '../terminal.ts'
import type { Drawing } from './drawing.ts'
import type { Network } from './model.ts'
import { type Observer, observe } from './observe.ts'
import { listPlaces } from './places.ts'
import { observationSvg } from './svg/picture.ts'
import { nothingLines, observationLines } from './text.ts'

/** How a plugin's networks are shown. */
export interface Show<N extends Network, R extends ShownRecord> {
  readonly observer: Observer<N, R>
  readonly drawing: Drawing<N>
  /** More about what is found, for the help. */
  readonly help?: string
}

/** @param help more about what is found */
export function showCommand(program: string, help: string) {
  return {
    name: 'show',
    summary: 'draw the networks and endpoints that are on this host, and mark what is not as it was made',
    options: {
      svg: {
        type: 'text',
        value: 'file',
        help: 'write a picture of them in place of the text; "-" for the standard output',
      },
      json,
    },
    help: `Interfaces of ${program} carry a record of whose they are. It reads those of the host's network namespace, and looks into the
namespaces of "ip netns list", of Docker and of all processes${help}

Examples:
  ${program} show                        a tree for the terminal
  ${program} show --svg network.svg      a picture for a talk
  ${program} show --json | jq '.networks[].endpoints[] | select(.drift != [])'
Exit status: 0 done (whatever was found), 1 wrong usage, 2 failed.`,
  } as const
}

/** Shows what a plugin has made on this host. Returns the exit code. */
export async function runShow<N extends Network, R extends ShownRecord>(
  { observer, drawing }: Show<N, R>,
  { options: { svg, json } }: InvocationOf<ReturnType<typeof showCommand>>,
  terminal: Terminal,
): Promise<number> {
  if (svg !== undefined && json === true) {
    terminal.printError('error: --svg draws and --json prints: give one of them')
    return exitCodes.usage
  }
  const { runtime, kernel, type, program } = terminal
  const machine = { places: listPlaces(runtime.files), isInstalled: installedPrograms(runtime) }
  const observed = await kernel.open(hostPath).andThen((host) => observe(host, machine, observer))
  const asJson = json ?? !terminal.isInteractive
  if (observed.isErr()) return tellError(toCniError(observed.error, terminal), { ...terminal, asJson })
  const observation = observed.value
  const isNothing = observation.networks.length === 0 && observation.strays.length === 0
  if (svg !== undefined) {
    if (isNothing) {
      for (const line of nothingLines(type, program)) terminal.printError(line)
      return exitCodes.failed
    }
    return writePicture(svg, observationSvg(observation, type, drawing), terminal)
  }
  const lines = asJson
    ? [JSON.stringify(observation)]
    : isNothing
      ? nothingLines(type, program)
      : observationLines(observation, type, drawing)
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
