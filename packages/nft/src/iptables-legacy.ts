import type { Family, IptablesProgram, PacketFilterNetns } from '@vpc-bridge/kernel'
import type { Runtime } from '@vpc-bridge/runtime'
import type { Json } from './output.ts'
import { runIn } from './run-in.ts'

/** The rules of iptables that are not in nftables. */
export interface LegacyFilter {
  /** Which shows and changes them: `iptables-legacy`, or `iptables` where there is no other. */
  readonly program: IptablesProgram
  /** What nft would print of the table `filter`. */
  readonly table: readonly Json[]
}

/**
 * Reads the table `filter` of iptables as it was before nftables, which is empty where there is none; `undefined` where the program is
 * missing. A look makes no table.
 *
 * @see iptables-save(8), xtables-legacy(8)
 */
export async function legacyFilter(
  runtime: Pick<Runtime, 'environment' | 'runChild'>,
  netns: PacketFilterNetns,
  family: Family,
): Promise<LegacyFilter | undefined> {
  const iptables = family === 'inet' ? 'iptables' : 'ip6tables'
  for (const program of [`${iptables}-legacy`, iptables] as const) {
    const end = await runIn(runtime, netns, `${program}-save`)
    if (end.kind === 'exited' && end.code === 0) return { program, table: tableIn(end.stdout) }
  }
  return undefined
}

/** Reads the table `filter` of what iptables-save writes. */
function tableIn(text: string): readonly Json[] {
  const [, filter = ''] = /^\*filter\n([\s\S]*?)^COMMIT$/m.exec(text) ?? []
  const lines = filter.split('\n')
  const chains = lines.flatMap((line) => {
    const [, name, policy] = /^:(\S+) (\S+)/.exec(line) ?? []
    if (name === undefined || policy === undefined) return []
    return [{ name, ...(policy === '-' ? {} : { policy: policy.toLowerCase() }) }]
  })
  const names = chains.map(({ name }) => name)
  const rules = lines.flatMap((line) => {
    const [, chain, rest = ''] = /^-A (\S+) ?(.*)/.exec(line) ?? []
    return chain === undefined ? [] : [{ rule: { chain, expr: statementsIn(wordsIn(rest), names) } }]
  })
  return [...chains.map((chain) => ({ chain })), ...rules]
}

/** Splits words, of which those in quotation marks may have spaces. */
function wordsIn(rule: string): readonly string[] {
  return (rule.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map((word) => word.replace(/^"|"$/g, ''))
}

/** Returns a rule's statements in the words of nft: a match of anything that decides about few packets alone is an `xt`. */
function statementsIn(words: readonly string[], chains: readonly string[]): readonly Json[] {
  const statements: Json[] = []
  let op = '=='
  for (const [index, word] of words.entries()) {
    const value = words[index + 1] ?? ''
    const match = (left: Json, right: unknown) => statements.push({ match: { op, left, right } })
    if (words[index - 1] === '--comment') continue
    switch (word) {
      case '!':
        op = '!='
        continue
      case '-i':
        match({ meta: { key: 'iifname' } }, value.replace(/\+$/, '*'))
        break
      case '-o':
        match({ meta: { key: 'oifname' } }, value.replace(/\+$/, '*'))
        break
      case '--ctstate':
      case '--state':
        match({ ct: { key: 'state' } }, value.toLowerCase().split(','))
        break
      case '--mark':
        match({ meta: { key: 'mark' } }, Number(value.split('/')[0]))
        break
      case '-g':
        return [...statements, { goto: { target: value } }]
      case '-j':
        return [...statements, verdictOf(value, chains)]
      case '-m':
        // Some match without a word of their own.
        if (!told.includes(value)) statements.push({ xt: { type: 'match' } })
        break
      case '--comment':
        break
      default:
        if (word.startsWith('-')) statements.push({ xt: { type: 'match' } })
    }
    op = '=='
  }
  return statements
}

/** Modules of which each match is told by a word that is known. */
const told = ['comment', 'conntrack', 'state', 'mark']

/** Targets after which the next rule decides. */
const passing = ['LOG', 'NFLOG', 'MARK', 'CONNMARK', 'TCPMSS', 'CT', 'CLASSIFY', 'DSCP', 'TRACE', 'SET', 'AUDIT']

function verdictOf(target: string, chains: readonly string[]): Json {
  if (['ACCEPT', 'DROP', 'REJECT', 'RETURN'].includes(target)) return { [target.toLowerCase()]: null }
  if (chains.includes(target)) return { jump: { target } }
  return passing.includes(target) ? { xt: { type: 'target' } } : { queue: null }
}
