/** A program's command line, as a table. */
export interface Program<Each extends Command = Command> {
  readonly name: string
  readonly summary: string
  readonly commands: readonly Each[]
  /** Stands at the end of its help, such as examples. */
  readonly help: string
}

export interface Command {
  /** One word or several: `plan add`. */
  readonly name: string
  readonly summary: string
  /** By their names without dashes, in the order of the help. */
  readonly options: Readonly<Record<string, Option>>
  readonly help?: string
}

export type Option = TextOption | FlagOption

/** `--netns blue`, `--netns=blue`, `-n blue` or `-nblue`. */
export interface TextOption {
  readonly type: 'text' | 'repeatable text'
  readonly letter?: string
  /** Stands for the value in the help, such as `file`. */
  readonly value: string
  readonly default?: string
  readonly help: string
}

/** `--json`, and `--no-json` if there is a help for it. */
interface FlagOption {
  readonly type: 'flag'
  readonly help: string
  readonly negationHelp?: string
}

/** One command that was asked for, and the value of each of its options. */
export type InvocationOf<Each extends Command> = Each extends Command
  ? {
      readonly command: Each['name']
      readonly options: { readonly [Name in keyof Each['options']]: ValueOf<Each['options'][Name]> }
    }
  : never

type ValueOf<Given extends Option> = Given extends FlagOption
  ? boolean | undefined
  : Given extends { readonly type: 'repeatable text' }
    ? readonly string[]
    : Given extends { readonly default: string }
      ? string
      : string | undefined
