import { type ExplorablePlugin, type Program, runAsCni, type ShownRecord } from '@vpc-bridge/plugin'
import type { Additions } from './additions.ts'
import { hasLooks, plain } from './command-line/style.ts'
import { programName } from './program-name.ts'
import { runCommandLine } from './run.ts'
import type { Network } from './show/model.ts'

/** A build of a program. */
export interface Build extends Program {
  /** What `--version` prints. */
  readonly version: string
}

/**
 * Runs the whole program of a plugin: a CNI plugin if CNI_COMMAND is set, else a command line. Ends the process.
 *
 * @param additions what the plugin adds to the command line that every plugin has
 */
export function start<N extends Network, R extends ShownRecord>(
  plugin: ExplorablePlugin,
  build: Build,
  additions: Additions<N, R> = {},
): Promise<never> {
  const isCni = build.runtime.environment['CNI_COMMAND'] !== undefined
  return isCni ? runAsCni(plugin, build) : startCommandLine(plugin, build, additions)
}

async function startCommandLine<N extends Network, R extends ShownRecord>(
  plugin: ExplorablePlugin,
  build: Build,
  additions: Additions<N, R>,
): Promise<never> {
  const { runtime, kernel } = build
  try {
    const code = await runCli(plugin, build, additions)
    kernel.close()
    return runtime.exit(code)
  } catch (bug) {
    runtime.files.write(2, `internal error: ${bug instanceof Error ? bug.message : String(bug)}\n`)
    return runtime.exit(1)
  }
}

function runCli<N extends Network, R extends ShownRecord>(
  plugin: ExplorablePlugin,
  { runtime, kernel, version }: Build,
  additions: Additions<N, R>,
): Promise<number> {
  const { files } = runtime
  const { type } = plugin
  const printTo = (descriptor: number) => {
    const isPlain = !hasLooks(runtime, descriptor)
    return (line: string) => files.write(descriptor, `${isPlain ? plain(line) : line}\n`)
  }
  return runCommandLine(plugin, additions, {
    type,
    program: programName(type, runtime),
    runtime,
    version,
    kernel,
    print: printTo(1),
    printError: printTo(2),
    isInteractive: files.isTerminal(1),
  })
}
