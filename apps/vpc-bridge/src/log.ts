import type { Files } from './files.ts'

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
 * @param environment the variables of the process
 * @param about stands in each line: what is being done, for whom
 * @param append adds a line to a file, at once, so that the lines of processes that run at once do not mix
 */
export function openLog(
  environment: Readonly<Record<string, string | undefined>>,
  about: string,
  append: Files['append'],
): Log {
  const file = logFile(environment)
  const least = levels.indexOf(levelOf(environment['VPC_CNI_LOG_LEVEL']))
  return (level, message) => {
    if (levels.indexOf(level) < least) return
    append(
      file,
      `${new Date().toISOString()} [${level.toUpperCase()}] ${process.pid} ${about}: ${printable(message)}\n`,
    )
  }
}

/** The path of the file that the environment asks for. */
export function logFile(environment: Readonly<Record<string, string | undefined>>): string {
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
