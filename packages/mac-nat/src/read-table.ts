import type { MacTranslation, MacTranslationEntry, TranslatorFailure } from '@vpc-bridge/kernel'
import { err, ok, type Result } from 'neverthrow'
import { chainsOf, mapName, rulesOf } from './rules.ts'

type Json = Readonly<Record<string, unknown>>

/** Parses what `nft -j` printed: a list of objects, EBADMSG when it is none. */
export function parseOutput(text: string): Result<readonly unknown[], TranslatorFailure> {
  const objects = asObject(parsed(text))['nftables']
  if (Array.isArray(objects)) return ok(objects)
  const excerpt = JSON.stringify(text.trim().slice(0, 80))
  const message = `nft answered with ${excerpt}, not with a JSON object that has a list nftables; "nft -j list ruleset" shows whether it can write JSON`
  return err({ errno: 'EBADMSG', message })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Reads what `nft -j list table` printed. Of the rules only what they do to frames is compared, and on which port: versions
 * of nft differ in how they write conditions.
 *
 * @returns `undefined` when it is not the whole table of a translation
 */
export function readTable(output: readonly unknown[], dev: string): MacTranslation | undefined {
  const objects = output.map(asObject)
  const chains = objects.map((object) => asObject(object['chain']))
  const isComplete = chainsOf(dev).every(({ name, type, hook, prio, policy }) =>
    chains.some(
      (chain) =>
        chain['name'] === name &&
        chain['type'] === type &&
        chain['hook'] === hook &&
        chain['prio'] === prio &&
        chain['policy'] === policy,
    ),
  )
  const map = objects.map((object) => asObject(object['map'])).find((each) => each['name'] === mapName)
  const rules = objects.map((object) => asObject(object['rule'])).filter((rule) => 'expr' in rule)
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

/** Empty for what is no object. */
function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
