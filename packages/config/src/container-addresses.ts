import { type Document, type Entry, list } from './document.ts'
import { unusableAsContainer } from './host-address.ts'
import { type Ip, parsePrefix, prefixRule } from './ip.ts'
import type { ConfigProblem } from './problem.ts'

/**
 * Reads `ipAddresses`, of which at least one must be there if they are needed. Those that the runtime asks for, by the
 * capability `ips`, come in their place.
 *
 * @returns `undefined` when anything is wrong with them: what depends on them cannot be judged then
 */
export function containerAddresses(
  document: Document,
  runtimeConfig: Document | undefined,
  { isNeeded }: { readonly isNeeded: boolean },
): readonly Ip[] | undefined {
  const problemsBefore = document.problems.length
  const wanted = runtimeConfig === undefined ? [] : list(runtimeConfig, 'ips', prefixRule, parsePrefix)
  const entries = wanted.length > 0 ? wanted : list(document, 'ipAddresses', prefixRule, parsePrefix)
  if (isNeeded && entries.length === 0 && document.problems.length === problemsBefore) {
    const expected = `a list of at least one entry, each ${prefixRule}`
    document.problems.push({ path: 'ipAddresses', found: document.at('ipAddresses'), expected })
  }
  noteUnusable(entries, document.problems)
  noteRepeated(entries, document.problems)
  return document.problems.length > problemsBefore ? undefined : entries.map(({ value }) => value)
}

function noteUnusable(entries: readonly Entry<Ip>[], problems: ConfigProblem[]): void {
  for (const { path, found, value } of entries) {
    const reason = unusableAsContainer(value)
    const expected = `an address that a host can have, with the length of its subnet; this is ${reason}`
    if (reason !== undefined) problems.push({ path, found, expected })
  }
}

function noteRepeated(entries: readonly Entry<Ip>[], problems: ConfigProblem[]): void {
  const seen = new Set<string>()
  for (const { path, found, value } of entries) {
    if (seen.has(value.address)) problems.push({ path, found, expected: 'each address only once' })
    seen.add(value.address)
  }
}
