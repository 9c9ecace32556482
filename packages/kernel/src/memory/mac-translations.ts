import type { ResultAsync } from 'neverthrow'
import type { KernelError } from '../error.ts'
import type { MacTranslationOperation } from '../operation.ts'
import type { MacTranslation, MacTranslationEntry } from '../state.ts'
import { readTable, requireTable, withEntry, withoutEntry } from './packet-filter.ts'
import type { MemoryNetns } from './world.ts'

/** The translation on a port, if need be from the original of a copy. */
export function readMacTranslation(
  { macTranslations, original }: MemoryNetns,
  dev: string,
): ResultAsync<MacTranslation | undefined, KernelError> {
  return readTable(macTranslations, dev, original && (() => original.macTranslation(dev)))
}

/** Translations are rules of the packet filter: they name their port, and outlive it. */
export function changeMacTranslation({ macTranslations }: MemoryNetns, operation: MacTranslationOperation): void {
  const { dev } = operation
  if (operation.do === 'set MAC translation') {
    macTranslations.set(dev, { dev, mac: operation.mac, entries: macTranslations.get(dev)?.entries ?? [] })
    return
  }
  const found = requireTable(macTranslations, dev)
  if (operation.do === 'delete MAC translation') {
    macTranslations.set(dev, undefined)
    return
  }
  const change = operation.do === 'set MAC translation entry' ? withEntry : withoutEntry
  macTranslations.set(dev, { ...found, entries: change(found.entries, operation.entry, addressOf) })
}

function addressOf({ address }: MacTranslationEntry): string {
  return address
}
