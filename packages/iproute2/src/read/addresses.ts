import type { Address } from '@vpc-bridge/kernel'
import type { Result } from 'neverthrow'
import { boolean, integer, list, object, optional, text } from './decode.ts'
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
  /** Of the other end. */
  readonly address: string | undefined
  readonly metric: number | undefined
  readonly noprefixroute: boolean | undefined
}

const addressFields = object<AddressFields>({
  local: text,
  prefixlen: integer,
  broadcast: optional(text),
  address: optional(text),
  metric: optional(integer),
  noprefixroute: optional(boolean),
})

const linkFields = object<{ ifname: string; addr_info: readonly AddressFields[] }>({
  ifname: text,
  addr_info: list(addressFields),
})

function address(dev: string, fields: AddressFields): Address {
  const { local, prefixlen, broadcast, address: peer, metric, noprefixroute } = fields
  return {
    dev,
    address: `${local}/${prefixlen}`,
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(peer === undefined ? {} : { peer }),
    ...(metric === undefined ? {} : { metric }),
    ...(noprefixroute ? { noPrefixRoute: true } : {}),
  }
}
