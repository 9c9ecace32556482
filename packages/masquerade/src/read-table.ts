import type { Masquerade, MasqueradeEntry } from '@vpc-bridge/kernel'
import { asObject, hasChain, type Json, listOf, objectsOf } from '@vpc-bridge/nft'
import { chain, rulesOf, versions } from './table.ts'

/**
 * Reads what `nft -j list table` printed. Of the rules only what they do, and for which sets, is compared: versions of nft differ in
 * how they write conditions.
 *
 * @returns `undefined` when it is not the whole table of a masquerade
 */
export function readTable(output: readonly Json[], name: string): Masquerade | undefined {
  const rules = objectsOf(output, 'rule').map(({ expr }) => effectOf(listOf(expr)))
  const wanted = rulesOf().map(({ expr }) => effectOf(expr))
  const isComplete = hasChain(objectsOf(output, 'chain'), chain) && JSON.stringify(rules) === JSON.stringify(wanted)
  if (!isComplete) return undefined
  const sets = objectsOf(output, 'set')
  const elementsOf = (set: string) => listOf(sets.find((each) => each['name'] === set)?.['elem'])
  const entries = versions.flatMap(({ sources, direct }) => {
    const masqueraded = elementsOf(sources)
    return elementsOf(direct)
      .flatMap(entryOf)
      .filter(({ source }) => masqueraded.includes(source))
  })
  return { name, entries: entries.toSorted((one, other) => one.source.localeCompare(other.source)) }
}

/** The set that a rule looks into, and what it does. */
function effectOf(expressions: readonly unknown[]): unknown {
  const [condition, verdict] = expressions.map(asObject)
  const { right } = asObject(condition?.['match'])
  return [typeof right === 'string' ? right : 'groups', Object.keys(verdict ?? {})]
}

function entryOf(element: unknown): readonly MasqueradeEntry[] {
  const [source, except] = listOf(asObject(element)['concat'])
  const { addr, len } = asObject(asObject(except)['prefix'])
  if (typeof source !== 'string') return []
  // A prefix of a single address is written without its length.
  if (typeof except === 'string') return [{ source, except: `${except}/${except.includes(':') ? 128 : 32}` }]
  return typeof addr === 'string' ? [{ source, except: `${addr}/${String(len)}` }] : []
}
