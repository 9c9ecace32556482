import type { Command, Option, Program, TextOption } from './command.ts'

/** In characters. */
const pageWidth = 80

/**
 * The help of a program, or of those of its commands that begin with some words.
 *
 * @returns `undefined` where there are none
 */
export function programHelp({ name, summary, commands, help }: Program, words: string): string | undefined {
  const within = commands.filter((command) => words === '' || command.name.startsWith(`${words} `))
  if (within.length === 0) return undefined
  const entries = within.map((command) => [command.name, command.summary] as const)
  if (words !== '') return page([`Usage: ${name} ${words} … [options]`, section('Commands:', entries)])
  return page([
    `Usage: ${name} <command> [options]`,
    wrapped(summary, pageWidth).join('\n'),
    section('Commands:', [...entries, ['help [command]', 'tell how it is used']]),
    section('Options:', [['-V, --version', 'print the version'], helpEntry]),
    help,
  ])
}

/** The help of one command. */
export function commandHelp(program: string, { name, summary, options, help }: Command): string {
  const entries = Object.entries(options).flatMap(([option, about]) => optionEntries(option, about))
  return page([
    `Usage: ${program} ${name} [options]`,
    wrapped(summary, pageWidth).join('\n'),
    section('Options:', [...entries, helpEntry]),
    help,
  ])
}

/** An option as the help names it: `-n, --netns <name-or-path>`. */
export function optionTerm(name: string, { letter, value }: TextOption): string {
  return `${letter === undefined ? '' : `-${letter}, `}--${name} <${value}>`
}

type Entry = readonly [term: string, explanation: string]

const helpEntry: Entry = ['-h, --help', 'tell how it is used']

function optionEntries(name: string, option: Option): readonly Entry[] {
  if (option.type !== 'flag') {
    const preset = option.default === undefined ? '' : ` (default: ${JSON.stringify(option.default)})`
    return [[optionTerm(name, option), `${option.help}${preset}`]]
  }
  const negation: readonly Entry[] = option.negationHelp === undefined ? [] : [[`--no-${name}`, option.negationHelp]]
  return [[`--${name}`, option.help], ...negation]
}

function section(title: string, entries: readonly Entry[]): string {
  const column = Math.max(...entries.map(([term]) => term.length)) + 4
  const lines = entries.flatMap(([term, explanation]) =>
    wrapped(explanation, pageWidth - column).map((line, row) => `  ${row === 0 ? term : ''}`.padEnd(column) + line),
  )
  return [title, ...lines].join('\n')
}

function page(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('\n\n')
}

/** Breaks a text into lines, between words. */
function wrapped(text: string, columns: number): readonly string[] {
  return text.match(new RegExp(`(\\S.{0,${columns - 1}}|\\S+)(?= |$)`, 'g')) ?? []
}
