import type { Environment, Runtime } from '@vpc-bridge/runtime'

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical', 'off'] as const

/** From the most talkative to silence. */
type LogLevel = (typeof levels)[number]

/** Writes one line, if its level is at least the chosen one. */
export type Log = (level: Exclude<LogLevel, 'off'>, message: string) => void

/**
 * The log that the environment asks for: the file VPC_CNI_LOG_FILE (default /var/log/vpc-bridge.log), and the level
 * VPC_CNI_LOG_LEVEL (default `info`).
 *
 * A log that cannot be written is given up silently: it must never fail a command.
 *
 * @param about stands in each line: what is being done, for whom
 */
export function openLog({ environment, files, pid }: Runtime, about: string): Log {
  const file = logFile(environment)
  const least = levels.indexOf(levelOf(environment['VPC_CNI_LOG_LEVEL']))
  return (level, message) => {
    if (levels.indexOf(level) < least) return
    files.append(file, `${new Date().toISOString()} [${level.toUpperCase()}] ${pid} ${about}: ${printable(message)}\n`)
  }
}

/** The path of the file that the environment asks for. */
export function logFile(environment: Environment): string {
  return environment['VPC_CNI_LOG_FILE'] || '/var/log/vpc-bridge.log'
}

function levelOf(text: string | undefined): LogLevel {
  for (const level of levels) if (level === text?.toLowerCase()) return level
  return 'info'
}

/** Keeps a message on its line, whatever names it quotes. */
function printable(message: string): string {
  return message.replaceAll(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
