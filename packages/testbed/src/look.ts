import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { quoted } from './shell.ts'

/** A program in C, `native/look.c`, for what commands and reading states take most of their time for; missing without a C compiler. */
export const look = fileURLToPath(new URL('../dist/look', import.meta.url))

const hasLook = existsSync(look)

/** Returns the command, to be run in the network namespace at a path. */
export function inside(netns: string, command: readonly string[]): readonly string[] {
  return hasLook ? [look, 'enter', netns, ...command] : ['nsenter', `--net=${netns}`, '--', ...command]
}

/** Lines of a shell that print each line of each setting below /proc/sys/net behind its path and a colon. */
export const settingsScript = hasLook
  ? `${quoted(look)} settings`
  : // It ends with 2 because some settings cannot be read, or not before they were written.
    "grep -rs '' /proc/sys/net || [ $? = 2 ]"

const listRuleset = 'nft --json --stateless list ruleset'

/** Lines of a shell that print the ruleset of nftables as JSON. */
export const rulesetScript = hasLook
  ? `if ${quoted(look)} tables; then ${listRuleset}; else echo '{"nftables": []}'; fi`
  : listRuleset
