import type { ResultAsync } from 'neverthrow'
import type { KernelError } from '../error.ts'
import type { MasqueradeOperation } from '../operation.ts'
import type { Masquerade } from '../state.ts'
import { host, prefix } from './canonical.ts'
import { readTable, requireTable, withEntry, withoutEntry } from './packet-filter.ts'
import { type MemoryNetns, Refusal } from './world.ts'

/** The masquerade of a name, if need be from the original of a copy. */
export function readMasquerade(
  { masquerades, original }: MemoryNetns,
  name: string,
): ResultAsync<Masquerade | undefined, KernelError> {
  return readTable(masquerades, name, original && (() => original.masquerade(name)))
}

export function changeMasquerade({ masquerades }: MemoryNetns, operation: MasqueradeOperation): void {
  const { name } = operation
  if (operation.do === 'set masquerade') {
    masquerades.set(name, { name, entries: masquerades.get(name)?.entries ?? [] })
    return
  }
  const found = requireTable(masquerades, name)
  if (operation.do === 'delete masquerade') {
    masquerades.set(name, undefined)
    return
  }
  const entry = { source: host(operation.entry.source), except: prefix(operation.entry.except) }
  if (entry.source.includes(':') !== entry.except.includes(':'))
    throw new Refusal('EINVAL', `${entry.except} is of another IP version`)
  const entries =
    operation.do === 'set masquerade entry'
      ? withEntry(found.entries, entry, ({ source }) => source)
      : withoutEntry(found.entries, entry, ({ source, except }) => `${source} ${except}`)
  masquerades.set(name, { ...found, entries })
}
