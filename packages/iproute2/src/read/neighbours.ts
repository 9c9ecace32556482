import type { Neighbour, NeighbourEntry } from '@vpc-bridge/kernel'
import type { Result } from 'neverthrow'
import { list, object, optional, text } from './decode.ts'
import { decodeOutput } from './output.ts'

/**
 * Decodes the output of `ip -json neighbour show nud permanent`. Entries without an Ethernet address are left out.
 *
 * @param dev name of the link when the output is of one link: `ip` then does not print it
 */
export function readNeighbours(output: string, dev?: string): Result<readonly Neighbour[], string> {
  return decodeOutput(output, neighbourFields(dev)).map((entries) =>
    entries.flatMap(({ dev, dst, lladdr }) => (lladdr === undefined ? [] : [{ dev, address: dst, mac: lladdr }])),
  )
}

/**
 * Decodes the output of `ip -json neighbour show to ADDRESS dev DEV nud all`.
 *
 * @param dev name of the link
 * @returns `undefined` when there is no entry of that address
 */
export function readNeighbour(
  output: string,
  address: string,
  dev: string,
): Result<NeighbourEntry | undefined, string> {
  return decodeOutput(output, neighbourFields(dev)).map((entries) => {
    const found = entries.find(({ dst }) => dst === address)
    if (found === undefined) return undefined
    const { lladdr, state } = found
    return { dev, address, ...(lladdr === undefined ? {} : { mac: lladdr }), isPermanent: state.includes('PERMANENT') }
  })
}

function neighbourFields(dev: string | undefined) {
  return object<{ dev: string; dst: string; lladdr: string | undefined; state: readonly string[] }>({
    dev: (value, at) => text(value ?? dev, at),
    dst: text,
    lladdr: optional(text),
    state: list(text),
  })
}
