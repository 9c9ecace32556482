import type { Link } from '@vpc-bridge/kernel'
import type { MemoryKernel } from '@vpc-bridge/kernel/memory'

/** A link that is created or comes again has another index than before. */
export function withoutIndexes(state: unknown): unknown {
  return JSON.parse(JSON.stringify(state, (key, value) => (/index$/.test(key) ? undefined : value)))
}

/**
 * Returns the state of a host in memory, to compare: what is made again has other indexes, and another place in lists.
 *
 * @param passing keys of what may differ besides
 */
export function comparableState({ kernel }: { readonly kernel: MemoryKernel }, passing: RegExp): unknown {
  const numbers = /^(index|peer|master|parent)$/
  return JSON.parse(
    JSON.stringify(kernel.state(), (key, value) => {
      if (key === 'links') return value.toSorted((a: Link, b: Link) => a.name.localeCompare(b.name))
      return numbers.test(key) || passing.test(key) ? undefined : value
    }),
  )
}
