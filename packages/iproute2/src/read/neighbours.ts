import type { Neighbour } from '@vpc-bridge/kernel'
import type { Result } from 'neverthrow'
import { object, optional, text } from './decode.ts'
import { decodeOutput } from './output.ts'

/**
 * What `ip -json neighbour show nud permanent` printed. Entries without an Ethernet address are left out.
 *
 * @param dev name of the link when the output is of one link: `ip` then does not print it
 */
export function readNeighbours(output: string, dev?: string): Result<readonly Neighbour[], string> {
  return decodeOutput(output, neighbourFields(dev)).map((entries) =>
    entries.flatMap(({ dev, dst, lladdr }) => (lladdr === undefined ? [] : [{ dev, address: dst, mac: lladdr }])),
  )
}

function neighbourFields(dev: string | undefined) {
  return object<{ dev: string; dst: string; lladdr: string | undefined }>({
    dev: (value, at) => text(value ?? dev, at),
    dst: text,
    lladdr: optional(text),
  })
}
