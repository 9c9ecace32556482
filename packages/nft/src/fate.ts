import { asObject, type Json, listOf, objectsOf } from './output.ts'

/** The first packet of a connection. */
export interface Packet {
  /** Names of the links that it comes in by, and goes out by; absent: not known. */
  readonly from?: string
  readonly to?: string
}

/** What becomes of a packet in a chain; `on`: nothing, the chain that led here goes on. */
export type Fate = 'accepted' | 'dropped' | 'unclear' | 'on'

/** Whether a statement is about a packet. */
type Match = 'yes' | 'no' | 'unclear'

/** How deep chains may lead to each other (NFT_JUMP_STACK_SIZE). */
const deepest = 16

/**
 * Follows a packet through a chain, as far as names of links, states of connections and marks tell: what depends on anything else is
 * unclear.
 *
 * @param table what nft printed of the chain's table
 * @see libnftables-json(5)
 */
export function fateIn(chain: string, table: readonly Json[], packet: Packet, depth = 0): Fate {
  const base = objectsOf(table, 'chain').find(({ name, policy }) => name === chain && policy !== undefined)
  const atTheEnd = base === undefined ? 'on' : base['policy'] === 'drop' ? 'dropped' : 'accepted'
  const rules = objectsOf(table, 'rule').filter((rule) => rule['chain'] === chain)
  for (const { expr } of rules) {
    const statements = listOf(expr).map(asObject)
    const matches = statements.map((statement) => matchOf(statement, packet))
    if (matches.includes('no')) continue
    const fate = fateBy(statements, (target) =>
      depth === deepest ? 'unclear' : fateIn(target, table, packet, depth + 1),
    )
    if (fate === undefined) continue
    if (!matches.includes('unclear')) return fate === 'on' ? atTheEnd : fate
    // Perhaps dropped here: then what follows decides about those that are not.
    if (fate !== 'dropped') return 'unclear'
  }
  return atTheEnd
}

/** Returns what a rule does to packets that it is about; `undefined`: nothing, the next one decides. */
function fateBy(statements: readonly Json[], follow: (chain: string) => Fate): Fate | undefined {
  for (const statement of statements) {
    const [verdict = ''] = Object.keys(statement)
    switch (verdict) {
      case 'accept':
        return 'accepted'
      case 'drop':
      case 'reject':
        return 'dropped'
      case 'return':
        return 'on'
      case 'goto':
        return follow(String(asObject(statement[verdict])['target']))
      case 'jump': {
        const fate = follow(String(asObject(statement[verdict])['target']))
        return fate === 'on' ? undefined : fate
      }
      case 'vmap':
      case 'queue':
        return 'unclear'
    }
  }
  return undefined
}

function matchOf(statement: Json, { from, to }: Packet): Match {
  if ('xt' in statement) return asObject(statement['xt'])['type'] === 'match' ? 'unclear' : 'yes'
  if (!('match' in statement)) return 'yes'
  const { op, left, right } = asObject(statement['match'])
  const isNegated = op === '!='
  const answer = (isIt: boolean): Match => (isIt === isNegated ? 'no' : 'yes')
  const values = valuesOf(right)
  switch (subjectOf(left)) {
    case 'iifname':
      return from === undefined ? 'unclear' : answer(values.some((value) => isNamed(from, value)))
    case 'oifname':
      return to === undefined ? 'unclear' : answer(values.some((value) => isNamed(to, value)))
    case 'state':
      return answer(values.includes('new'))
    case 'mark':
      // Nobody has marked it.
      return answer(values.includes(0))
    default:
      return 'unclear'
  }
}

/** Returns the key of what is compared, also of a part of it. */
function subjectOf(left: unknown): unknown {
  const { meta, ct, '&': masked } = asObject(left)
  if (masked !== undefined) return subjectOf(listOf(masked)[0])
  return asObject(meta ?? ct)['key']
}

function valuesOf(right: unknown): readonly unknown[] {
  if (Array.isArray(right)) return right
  const { set } = asObject(right)
  return set === undefined ? [right] : listOf(set)
}

/** @param pattern the name of a link, or the beginning of one before `*` */
function isNamed(name: string, pattern: unknown): boolean {
  const text = String(pattern)
  return text.endsWith('*') ? name.startsWith(text.slice(0, -1)) : name === text
}
