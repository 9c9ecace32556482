import type { Address } from '@vpc-bridge/kernel'
import type { Result } from 'neverthrow'
import { integer, list, object, optional, text } from './decode.ts'
import { decodeOutput } from './output.ts'

/** What `ip -json address show` printed. */
export function readAddresses(output: string): Result<readonly Address[], string> {
  return decodeOutput(output, linkFields).map((links) =>
    links.flatMap(({ ifname, addr_info }) => addr_info.map((fields) => address(ifname, fields))),
  )
}

interface AddressFields {
  readonly local: string
  readonly prefixlen: number
  readonly broadcast: string | undefined
}

const addressFields = object<AddressFields>({ local: text, prefixlen: integer, broadcast: optional(text) })

const linkFields = object<{ ifname: string; addr_info: readonly AddressFields[] }>({
  ifname: text,
  addr_info: list(addressFields),
})

function address(dev: string, { local, prefixlen, broadcast }: AddressFields): Address {
  return { dev, address: `${local}/${prefixlen}`, ...(broadcast === undefined ? {} : { broadcast }) }
}
