import type { MacTranslation, MacTranslationEntry } from '@vpc-bridge/kernel'
import { asObject, hasChain, type Json, listOf, objectsOf } from '@vpc-bridge/nft'
import { chainsOf, mapName, rulesOf } from './rules.ts'

/**
 * Reads what `nft -j list table` printed. Of the rules only what they do to frames is compared, and on which port: versions
 * of nft differ in how they write conditions.
 *
 * @returns `undefined` when it is not the whole table of a translation
 */
export function readTable(output: readonly Json[], dev: string): MacTranslation | undefined {
  const chains = objectsOf(output, 'chain')
  const isComplete = chainsOf(dev).every((chain) => hasChain(chains, chain))
  const map = objectsOf(output, 'map').find((each) => each['name'] === mapName)
  const rules = objectsOf(output, 'rule').filter((rule) => 'expr' in rule)
  const mac = listOf(rules.at(-1)?.['expr'])
    .map(mangleOf)
    .find((value) => value !== undefined)?.[1]
  if (!isComplete || map === undefined || typeof mac !== 'string') return undefined
  const found = rules.map(({ chain, expr }) => effectOf(chain, listOf(expr)))
  const wanted = rulesOf(dev, mac).map(({ chain, expr }) => effectOf(chain, expr))
  if (JSON.stringify(found) !== JSON.stringify(wanted)) return undefined
  return {
    dev,
    mac,
    entries: listOf(map['elem'])
      .flatMap(entryOf)
      .toSorted((a, b) => a.address.localeCompare(b.address)),
  }
}

/** What a rule does to frames, and on which port. */
function effectOf(chain: unknown, expressions: readonly unknown[]): unknown {
  const ports = expressions
    .map((each) => asObject(asObject(each)['match']))
    .filter(({ left }) => 'meta' in asObject(left))
    .map(({ left, right }) => [asObject(asObject(left)['meta'])['key'], right])
  return [chain, ports, expressions.map(mangleOf).filter((value) => value !== undefined)]
}

function mangleOf(expression: unknown): readonly [field: unknown, value: unknown] | undefined {
  const { key, value } = asObject(asObject(expression)['mangle'])
  if (key === undefined) return undefined
  const { protocol, field } = asObject(asObject(key)['payload'])
  const map = asObject(asObject(value)['map'])
  const lookedUp = asObject(asObject(map['key'])['payload'])
  return [
    `${protocol} ${field}`,
    typeof value === 'string' ? value : `${lookedUp['protocol']} ${lookedUp['field']} ${map['data']}`,
  ]
}

function entryOf(element: unknown): readonly MacTranslationEntry[] {
  const [address, mac] = listOf(element)
  return typeof address === 'string' && typeof mac === 'string' ? [{ address, mac }] : []
}
