import type { PacketFilterFailure } from '@vpc-bridge/kernel'
import { err, ok, type Result } from 'neverthrow'

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>

/** Parses what `nft -j` printed: a list of objects, EBADMSG when it is none. */
export function parseOutput(text: string): Result<readonly Json[], PacketFilterFailure> {
  const objects = asObject(parsed(text))['nftables']
  if (Array.isArray(objects)) return ok(objects.map(asObject))
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

/** Returns the objects of one kind, such as the chains, of what was printed. */
export function objectsOf(output: readonly Json[], kind: 'chain' | 'map' | 'rule' | 'set'): readonly Json[] {
  return output.flatMap((object) => (kind in object ? [asObject(object[kind])] : []))
}

/** Empty for what is no object. */
export function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

/** Empty for what is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A chain, as nft describes it. */
export interface Chain {
  readonly name: string
  readonly type: string
  readonly hook: string
  readonly prio: number
  readonly policy: string
}

/** Returns true if a chain like that is among those that were printed. */
export function hasChain(chains: readonly Json[], { name, type, hook, prio, policy }: Chain): boolean {
  return chains.some(
    (chain) =>
      chain['name'] === name &&
      chain['type'] === type &&
      chain['hook'] === hook &&
      chain['prio'] === prio &&
      chain['policy'] === policy,
  )
}
