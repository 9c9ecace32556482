import { closestMatch } from 'leven'
import { err, ok, type Result } from 'neverthrow'
import type { Command, InvocationOf, Option, Program } from './command.ts'
import { commandHelp, optionTerm, programHelp } from './help.ts'

/** What the words of a command line come to. */
export type Parsed<Each extends Command> =
  | { readonly kind: 'invocation'; readonly invocation: InvocationOf<Each> }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong usage'; readonly text: string }

const helpFlags: readonly (string | undefined)[] = ['--help', '-h']
const versionFlags: readonly (string | undefined)[] = ['--version', '-V']

/** Reads the words after a program's name. The texts have several lines, without a newline at the end. */
export function parse<const Each extends Command>(program: Program<Each>, args: readonly string[]): Parsed<Each> {
  if (versionFlags.includes(args[0])) return { kind: 'version' }
  if (args[0] === 'help') return parse(program, [...args.slice(1), '--help'])
  const refuse = (problem: string, about = program.name): Parsed<Each> => ({
    kind: 'wrong usage',
    text: `error: ${problem}\nnext: ${about} --help tells how it is used`,
  })
  const command = program.commands.find(({ name }) => name.split(' ').every((word, place) => word === args[place]))
  if (command === undefined) {
    const start = args.findIndex((arg) => arg.startsWith('-'))
    const words = args.slice(0, start < 0 ? args.length : start).join(' ')
    const text = programHelp(program, words)
    if (text === undefined) {
      const known = program.commands.map(({ name }) => name)
      return refuse(`unknown command '${words}'${suggestion(words, known)}`)
    }
    const option = args[start]
    if (option === undefined) return { kind: 'wrong usage', text }
    return helpFlags.includes(option) ? { kind: 'help', text } : refuse(`unknown option '${option}'`)
  }
  if (args.some((arg) => helpFlags.includes(arg))) return { kind: 'help', text: commandHelp(program.name, command) }
  return readOptions(command, args.slice(command.name.split(' ').length)).match(
    // The values were read by the table that their types come from.
    (options) => ({ kind: 'invocation', invocation: { command: command.name, options } as InvocationOf<Each> }),
    (problem) => refuse(problem, `${program.name} ${command.name}`),
  )
}

type Value = string | readonly string[] | boolean | undefined

function readOptions({ options }: Command, args: readonly string[]): Result<Record<string, Value>, string> {
  const values = new Map(Object.entries(options).map(([name, option]) => [name, valueIfAbsent(option)]))
  const flags = new Map(Object.entries(options).flatMap(([name, option]) => flagsOf(name, option)))
  const rest = [...args]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-')) return err(`too many arguments: ${word}`)
    const [, flag = word, attached] = /^(--[^=]+)=(.*)$/s.exec(word) ?? /^(-[^-])(.+)$/s.exec(word) ?? []
    const found = flags.get(flag)
    if (found === undefined) {
      const known = [...flags.keys(), '--help'].filter((each) => each.length > 2)
      return err(`unknown option '${flag}'${suggestion(flag, known)}`)
    }
    const { name, option, isNegated } = found
    if (option.type === 'flag') {
      if (attached !== undefined) return err(`option '${flag}' takes no value`)
      values.set(name, !isNegated)
    } else {
      const value = attached ?? (isValue(rest[0]) ? rest.shift() : undefined)
      if (value === undefined) return err(`option '${optionTerm(name, option)}': argument missing`)
      const earlier = values.get(name)
      values.set(name, Array.isArray(earlier) ? [...earlier, value] : value)
    }
  }
  return ok(Object.fromEntries(values))
}

function valueIfAbsent(option: Option): Value {
  if (option.type === 'flag') return undefined
  return option.type === 'text' ? option.default : []
}

/** The words by which an option may be given. */
function flagsOf(name: string, option: Option) {
  const flag = (text: string, isNegated = false) => [text, { name, option, isNegated }] as const
  const more =
    option.type === 'flag'
      ? option.negationHelp && flag(`--no-${name}`, true)
      : option.letter && flag(`-${option.letter}`)
  return more ? [flag(`--${name}`), more] : [flag(`--${name}`)]
}

/** "-" stands for a standard stream. Another word with a dash is an option, and the one before it lacks its value. */
function isValue(word: string | undefined): boolean {
  return word === '-' || word?.startsWith('-') === false
}

function suggestion(word: string, known: string[]): string {
  const nearest = closestMatch(word, known, { maxDistance: Math.ceil(word.length / 3) })
  return nearest === undefined ? '' : `; did you mean ${nearest}?`
}
