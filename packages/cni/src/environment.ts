import type { Environment } from '@vpc-bridge/runtime'
import { err, ok, type Result } from 'neverthrow'
import { type CniError, errorCodes } from './error.ts'
import { containerIdRule, interfaceNameRule, isContainerId, isInterfaceName } from './names.ts'

/** The commands of the specification, and the variables that each needs; the others may be absent. */
const requiredVariables = {
  ADD: ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME'],
  DEL: ['CNI_CONTAINERID', 'CNI_IFNAME'],
  CHECK: ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME'],
  GC: ['CNI_PATH'],
  STATUS: [],
  VERSION: [],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** A command of the specification. */
export type CommandName = keyof typeof requiredVariables

/** What the environment says of an attachment. */
export interface Parameters {
  /** CNI_CONTAINERID */
  readonly containerId: string
  /** CNI_NETNS: path of the network namespace; a DEL may come without one. */
  readonly netns?: string
  /** CNI_IFNAME: name of the interface to make in the container. */
  readonly ifName: string
  /** CNI_ARGS, taken apart. */
  readonly args: Readonly<Record<string, string>>
}

/** The command; an error of code 4 for one that there is not. */
export function commandOf(environment: Environment): Result<CommandName, CniError> {
  const command = environment['CNI_COMMAND'] ?? ''
  const known = Object.keys(requiredVariables)
  if (isCommand(command)) return ok(command)
  return err(invalid(`CNI_COMMAND is ${JSON.stringify(command)}, expected one of ${known.join(', ')}`))
}

/** Checks that the variables that a command needs are set: an error of code 4 that names the others. */
export function requireVariables(environment: Environment, command: CommandName): Result<void, CniError> {
  const missing = requiredVariables[command].filter((name) => !environment[name])
  return missing.length === 0 ? ok() : err(invalid(`${missing.join(', ')} must be set for ${command}`))
}

/** CNI_PATH: the directories that other plugins are in. */
export function pathOf(environment: Environment): readonly string[] {
  return (environment['CNI_PATH'] ?? '').split(':').filter((directory) => directory !== '')
}

/**
 * The parameters of a command that is about one attachment. All that is wrong with them is told at once, in an error of
 * code 4.
 *
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#parameters
 */
export function parametersOf(environment: Environment): Result<Parameters, CniError> {
  const containerId = environment['CNI_CONTAINERID'] ?? ''
  const ifName = environment['CNI_IFNAME'] ?? ''
  const netns = environment['CNI_NETNS']
  const args = parseArgs(environment['CNI_ARGS'] ?? '')
  const wrong = [
    ...(isContainerId(containerId)
      ? []
      : [`CNI_CONTAINERID is ${JSON.stringify(containerId)}, expected ${containerIdRule}`]),
    ...(isInterfaceName(ifName) ? [] : [`CNI_IFNAME is ${JSON.stringify(ifName)}, expected ${interfaceNameRule}`]),
    ...(args === undefined ? ['CNI_ARGS must be KEY=VALUE pairs with ";" between them'] : []),
  ]
  if (args === undefined || wrong.length > 0) return err(invalid(wrong.join('; ')))
  return ok({ containerId, ...(netns ? { netns } : {}), ifName, args })
}

function isCommand(text: string): text is CommandName {
  return Object.hasOwn(requiredVariables, text)
}

/** @returns `undefined` when it is not pairs */
function parseArgs(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = text.split(';').filter((pair) => pair !== '')
  if (pairs.length === 0) return {}
  if (!pairs.every((pair) => /^[^=]+=/.test(pair))) return undefined
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}

function invalid(msg: string): CniError {
  return { code: errorCodes.invalidEnvironment, msg }
}
