import { type Address, type AddressFlag, numberOf } from '@vpc-bridge/kernel'
import type { Result } from 'neverthrow'
import { boolean, integer, list, object, optional, text } from './decode.ts'
import { decodeOutput } from './output.ts'

/** Decodes the output of `ip -json address show`. */
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
  readonly scope: string | undefined
  readonly label: string | undefined
  readonly protocol: string | undefined
  readonly valid_life_time: number | undefined
  readonly preferred_life_time: number | undefined
  readonly noprefixroute: boolean | undefined
  readonly home: boolean | undefined
  readonly mngtmpaddr: boolean | undefined
  readonly autojoin: boolean | undefined
  readonly deprecated: boolean | undefined
  readonly temporary: boolean | undefined
  /** Those that `ip` does not know. */
  readonly ifa_flags: string | undefined
}

const addressFields = object<AddressFields>({
  local: text,
  prefixlen: integer,
  broadcast: optional(text),
  address: optional(text),
  metric: optional(integer),
  scope: optional(text),
  label: optional(text),
  protocol: optional(text),
  valid_life_time: optional(integer),
  preferred_life_time: optional(integer),
  noprefixroute: optional(boolean),
  home: optional(boolean),
  mngtmpaddr: optional(boolean),
  autojoin: optional(boolean),
  deprecated: optional(boolean),
  temporary: optional(boolean),
  ifa_flags: optional(text),
})

const linkFields = object<{ ifname: string; addr_info: readonly AddressFields[] }>({
  ifname: text,
  addr_info: list(addressFields),
})

/** linux/if_addr.h, as /etc/iproute2/rt_addrprotos names them. */
const protocols: Readonly<Record<number, string>> = { 1: 'kernel_lo', 2: 'kernel_ra', 3: 'kernel_ll' }

const flags: readonly AddressFlag[] = ['autojoin', 'home', 'mngtmpaddr']

function address(dev: string, fields: AddressFields): Address {
  const {
    local,
    prefixlen,
    broadcast,
    address: peer,
    metric,
    noprefixroute,
    scope = 'global',
    label,
    protocol,
  } = fields
  const isInet6 = local.includes(':')
  const chosen = flags.filter((flag) => fields[flag])
  const unknown = [fields.temporary ? 'temporary' : [], fields.ifa_flags ?? []].flat()
  const preferred = fields.deprecated ? 0 : fields.preferred_life_time
  return {
    dev,
    address: `${local}/${prefixlen}`,
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(peer === undefined ? {} : { peer }),
    ...(metric === undefined ? {} : { metric }),
    ...(noprefixroute ? { noPrefixRoute: true } : {}),
    ...(scope === 'global' || isInet6 ? {} : { scope }),
    ...(label === undefined || label === dev ? {} : { label }),
    ...lifetime('validSeconds', fields.valid_life_time),
    ...lifetime('preferredSeconds', preferred),
    ...(chosen.length === 0 ? {} : { flags: chosen }),
    ...(protocol === undefined ? {} : { protocol: numberOf(protocols, protocol) }),
    ...(unknown.length === 0 ? {} : { unknown }),
  }
}

function lifetime(
  name: 'validSeconds' | 'preferredSeconds',
  seconds: number | undefined,
): Partial<Pick<Address, 'validSeconds' | 'preferredSeconds'>> {
  return seconds === undefined || seconds === forever ? {} : { [name]: seconds }
}

const forever = 0xffffffff
