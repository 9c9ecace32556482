import { intercept, type KernelError, type Netns, objectOf } from '@vpc-bridge/kernel'
import type { Environment, Runtime } from '@vpc-bridge/runtime'
import type { Observe } from '@vpc-bridge/step'

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical', 'off'] as const

/** From the most talkative to silence. */
type LogLevel = (typeof levels)[number]

/** Writes one line, if its level is at least the chosen one. */
export type Log = (level: Exclude<LogLevel, 'off'>, message: string) => void

/**
 * Opens the log that the environment asks for: the file VPC_CNI_LOG_FILE (default /var/log/TYPE.log), and the level
 * VPC_CNI_LOG_LEVEL (default `info`).
 *
 * A log that cannot be written is given up silently: it must never fail a command.
 *
 * @param type of the plugin
 * @param about stands in each line: the command, and whom it is for
 */
export function openLog({ environment, files, pid }: Runtime, type: string, about: string): Log {
  const file = logFile(environment, type)
  const least = levels.indexOf(levelOf(environment['VPC_CNI_LOG_LEVEL']))
  return (level, message) => {
    if (levels.indexOf(level) < least) return
    files.append(file, `${new Date().toISOString()} [${level.toUpperCase()}] ${pid} ${about}: ${printable(message)}\n`)
  }
}

/** Returns the path of the file that the environment asks for. */
export function logFile(environment: Environment, type: string): string {
  return environment['VPC_CNI_LOG_FILE'] || `/var/log/${type}.log`
}

/** Returns a handle like the given one that logs every change. */
export function logged(netns: Netns, log: Log): Netns {
  return intercept(netns, (operation, where, proceed) => {
    log('trace', `${operation.do}: ${objectOf(operation)} in ${where.path}`)
    if (operation.do === 'add link' && operation.link.kind === 'ifb') {
      log('warn', `${operation.link.name} is an ifb link: the kernel has no driver for dummy links`)
    }
    return proceed()
  })
}

/** Returns an observer that logs the progress of a walk. */
export function logStep(log: Log): Observe<KernelError> {
  return (event) => {
    if (event.type === 'applied') log('debug', `${event.step}${event.changed ? '' : ': was there already'}`)
    if (event.type === 'reverted') {
      const level = event.outcome === 'left' ? 'info' : 'debug'
      log(level, `${event.step}: ${event.outcome === 'left' ? 'left, since others may rely on it' : event.outcome}`)
    }
    if (event.type === 'undone') log('info', `rolled back: ${event.what}`)
    if (event.type === 'left') log('info', `not rolled back, since others may rely on it: ${event.what}`)
  }
}

function levelOf(text: string | undefined): LogLevel {
  for (const level of levels) if (level === text?.toLowerCase()) return level
  return 'info'
}

/** Keeps a message on its line, whatever names it quotes. */
function printable(message: string): string {
  return message.replaceAll(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
