import type { IpvlanMode, Link, MacvlanMode, NewUpper } from '@vpc-bridge/kernel'
import { type Attribute, bytes, decodeAttributes, putU16, readU32, u16At, u32 } from './attributes.ts'

/*
 * What links on top of others have in IFLA_INFO_DATA (linux/if_link.h): IFLA_VLAN_ID, IFLA_MACVLAN_MODE and IFLA_IPVLAN_MODE are
 * all 1.
 */

const first = 1
const macvlanModes: Readonly<Record<MacvlanMode, number>> = { private: 1, vepa: 2, bridge: 4, passthru: 8, source: 16 }
const ipvlanModes: Readonly<Record<IpvlanMode, number>> = { l2: 0, l3: 1, l3s: 2 }

export function upperData(link: NewUpper): Attribute {
  switch (link.kind) {
    case 'vlan':
      return u16(link.id)
    case 'macvlan':
    case 'macvtap':
      return u32(first, macvlanModes[link.mode])
    case 'ipvlan':
      return u16(ipvlanModes[link.mode])
  }
}

/** Reads what a link of a kind has there. */
export function upperDetails(kind: string | undefined, data: Uint8Array | undefined): Pick<Link, 'vlanId' | 'mode'> {
  if (data === undefined) return {}
  const attributes = () => decodeAttributes(data, [first])
  switch (kind) {
    case 'vlan': {
      const id = attributes().get(first)
      return id === undefined ? {} : { vlanId: u16At(id, 0) }
    }
    case 'macvlan':
    case 'macvtap':
      return modeNamed(macvlanModes, readU32(attributes(), first))
    case 'ipvlan': {
      const mode = attributes().get(first)
      return modeNamed(ipvlanModes, mode === undefined ? undefined : u16At(mode, 0))
    }
    default:
      return {}
  }
}

function modeNamed(modes: Readonly<Record<string, number>>, number: number | undefined): Pick<Link, 'mode'> {
  const mode = Object.keys(modes).find((name) => modes[name] === number)
  return mode === undefined ? {} : { mode }
}

function u16(value: number): Attribute {
  const buffer = new Uint8Array(2)
  putU16(buffer, 0, value)
  return bytes(first, buffer)
}
