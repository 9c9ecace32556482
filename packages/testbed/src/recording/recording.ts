import { stat } from 'node:fs/promises'
import { output } from '../command.ts'
import { inside } from '../look.ts'
import type { Line } from './command-line.ts'
import { layer3Lines } from './layer3.ts'
import { activationLines, linkLines, type States } from './links.ts'
import { sysctlLines } from './sysctls.ts'

/** Paths of network namespaces, by names that stand for them in a recording. */
export type Places = Readonly<Record<string, string>>

/**
 * Returns what has changed in network namespaces as the commands that change it: lines for a shell, each with the namespace,
 * a program and its arguments. `{blue}` stands for the path of the namespace `blue`, and `{blue inode}` for its number.
 *
 * Of rules, and of what a link has beside address, MTU, alias, alternative names, master and state, nothing is recorded: whoever
 * records compares the state that `replay` makes of it.
 */
export async function recordChanges(places: Places, before: States, after: States): Promise<readonly Line[]> {
  const each = (of: typeof sysctlLines) =>
    Object.entries(after).flatMap(([netns, state]) => {
      const former = before[netns]
      return former === undefined ? [] : of(netns, former, state)
    })
  const lines = [
    ...linkLines(before, after),
    ...each(sysctlLines),
    ...each(activationLines),
    ...each(layer3Lines),
    ...(await rulesetLines(places, after)),
  ]
  return Promise.all(lines.map((line) => leaveBlank(line, places)))
}

/** Runs the commands of a recording in other namespaces of the same names, which are as those were before. */
export async function replay(lines: readonly Line[], places: Places): Promise<void> {
  const functions = Object.entries(places).map(([name, path]) => `${name}() { nsenter --net=${path} -- "$@"; }`)
  const script = await fillIn(lines.join('\n'), places)
  await output(['sh', '-e'], { input: [...functions, script].join('\n') })
}

/** Puts paths and numbers of namespaces in place of what stands for them in a recording. */
export async function fillIn(text: string, places: Places): Promise<string> {
  return (await placeholders(places)).reduce((filled, [name, value]) => filled.replaceAll(name, value), text)
}

/** Puts what stands for them in place of paths and numbers of namespaces. */
export async function leaveBlank(text: string, places: Places): Promise<string> {
  return (await placeholders(places)).reduce((blank, [name, value]) => blank.replaceAll(value, name), text)
}

async function placeholders(places: Places): Promise<readonly (readonly [string, string])[]> {
  const pairs = Object.entries(places).map(async ([name, path]) => [
    [`{${name}}`, path] as const,
    [`{${name} inode}`, String((await stat(path)).ino)] as const,
  ])
  return (await Promise.all(pairs)).flat()
}

/** The packet filter, as `nft` reads it. Nobody else has rules in these namespaces. */
async function rulesetLines(places: Places, after: States): Promise<readonly Line[]> {
  const filtering = Object.keys(after).filter((netns) => after[netns]?.ruleset.length !== 0)
  const rulesets = filtering.map(async (netns) => {
    const text = await output(inside(places[netns] ?? '', ['nft', '--stateless', 'list', 'ruleset']))
    return [`${netns} nft -f - <<'end'`, ...text.split('\n'), 'end']
  })
  return (await Promise.all(rulesets)).flat()
}
