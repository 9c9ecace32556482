import { okAsync, type ResultAsync } from 'neverthrow'
import type { KernelError } from '../error.ts'
import type { MacTranslationOperation } from '../operation.ts'
import type { MacTranslation } from '../state.ts'
import { type MemoryNetns, Refusal } from './world.ts'

/** The translation on a port, if need be from the original of a copy. */
export function readMacTranslation(
  { macTranslations, original }: MemoryNetns,
  dev: string,
): ResultAsync<MacTranslation | undefined, KernelError> {
  if (original === undefined || macTranslations.has(dev)) return okAsync(macTranslations.get(dev))
  return original.macTranslation(dev).map((found) => {
    macTranslations.set(dev, found)
    return found
  })
}

/** Translations are rules of the packet filter: they name their port, and outlive it. */
export function changeMacTranslation({ macTranslations }: MemoryNetns, operation: MacTranslationOperation): void {
  const { dev } = operation
  const found = macTranslations.get(dev)
  if (operation.do === 'set MAC translation') {
    macTranslations.set(dev, { dev, mac: operation.mac, entries: found?.entries ?? [] })
    return
  }
  if (found === undefined) throw new Refusal('ENOENT', 'No such file or directory')
  if (operation.do === 'delete MAC translation') {
    macTranslations.set(dev, undefined)
    return
  }
  const { entry } = operation
  const others = found.entries.filter(({ address }) => address !== entry.address)
  if (operation.do === 'set MAC translation entry') {
    macTranslations.set(dev, { ...found, entries: [...others, entry].toSorted(byAddress) })
    return
  }
  if (others.length === found.entries.length) throw new Refusal('ENOENT', 'No such file or directory')
  macTranslations.set(dev, { ...found, entries: others })
}

function byAddress(one: { readonly address: string }, other: { readonly address: string }): number {
  return one.address.localeCompare(other.address)
}
