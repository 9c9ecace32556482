import type { InvocationOf, Program } from './command-line/command.ts'
import { doctorCommand } from './doctor/run-doctor.ts'
import { endpointCommands } from './endpoint/commands.ts'
import type { Defaults } from './endpoint/defaults.ts'
import { gcCommand } from './gc/run-gc.ts'
import { installCommands } from './install/run-install.ts'
import { showCommand } from './show/run-show.ts'

/** What is said of a plugin. */
export interface About {
  readonly summary: string
  readonly examples: readonly string[]
  readonly defaults: Defaults
  /** More about what is shown. */
  readonly showHelp: string
}

/** Returns the commands of a plugin's command line. */
function commandsOf(type: string, { defaults, showHelp }: Pick<About, 'defaults' | 'showHelp'>) {
  return [
    ...endpointCommands(defaults),
    showCommand(type, showHelp),
    gcCommand(type),
    doctorCommand,
    ...installCommands(type),
  ] as const
}

export type AnyCommand = ReturnType<typeof commandsOf>[number]

/** What the command line asks for. */
export type Invocation = InvocationOf<AnyCommand>

/** Returns the command line of a plugin. */
export function programOf(type: string, about: About): Program<AnyCommand> {
  return {
    name: type,
    summary: about.summary,
    commands: commandsOf(type, about),
    help: `Examples:
${about.examples.map((line) => `  ${line}`).join('\n')}

As a CNI plugin: with CNI_COMMAND set, the CNI specification holds, and the command line is not looked at.
Exit status: 0 done, 1 wrong usage or configuration, 2 failed. A failed add has been rolled back.
Output: when it is not a terminal, the result alone, as JSON; --json and --no-json choose.
Log: /var/log/${type}.log, or VPC_CNI_LOG_FILE; level VPC_CNI_LOG_LEVEL (trace … critical, off; default info).`,
  }
}

/** Returns examples for a plugin of which nothing is known. */
export function plainExamples(type: string): readonly string[] {
  const examples = [
    ['ip netns add blue', "a container's namespace"],
    [`${type} plan add --config net.json`, 'what would be done, as ip commands; changes nothing'],
    [`${type} add --config net.json`, 'connects the namespace blue'],
    [`${type} show`, 'draws what there is now, and what is wrong with it'],
    [`${type} delete --config net.json`, 'removes it again'],
  ] as const
  const width = Math.max(...examples.map(([command]) => command.length)) + 4
  return examples.map(([command, words]) => `${command.padEnd(width)}${words}`)
}
