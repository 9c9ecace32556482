import type { Link } from '@vpc-bridge/kernel'
import { ok, type Result } from 'neverthrow'
import { integer, list, object, optional, text } from './decode.ts'
import { decodeOutput } from './output.ts'

/** A link as `ip -json -details link show` prints it. */
export type LinkEntry = Omit<Link, 'master' | 'peer' | 'parent'> & {
  /** Name of the link whose port it is: `ip` prints no index. */
  readonly masterName?: string
  /** Name of the other end of a veth pair when that is in the same namespace, else its index. */
  readonly peerName?: string
  readonly peer?: number
  /** Name of the link that this one is on top of. */
  readonly parentName?: string
}

/** What `ip -json -details link show` printed. */
export function readLinks(output: string): Result<readonly LinkEntry[], string> {
  return decodeOutput(output, linkFields).map((entries) => entries.map(linkEntry))
}

/** Names of the links whose indexes {@link completeLink} needs. */
export function namesNeeded(entries: readonly LinkEntry[]): readonly string[] {
  const names = entries.flatMap(({ masterName, peerName, parentName }) => [masterName, peerName, parentName])
  return [...new Set(names.filter((name) => name !== undefined))]
}

/**
 * Puts indexes in the place of names.
 *
 * @param indexes by name; what is not in it has gone meanwhile, and the link is no longer tied to it
 */
export function completeLink(
  { masterName, peerName, parentName, ...link }: LinkEntry,
  indexes: ReadonlyMap<string, number>,
): Link {
  const master = masterName === undefined ? undefined : indexes.get(masterName)
  const peer = peerName === undefined ? link.peer : indexes.get(peerName)
  const parent = parentName === undefined ? undefined : indexes.get(parentName)
  return {
    ...link,
    ...(master === undefined ? {} : { master }),
    ...(peer === undefined ? {} : { peer }),
    ...(parent === undefined ? {} : { parent }),
  }
}

interface LinkFields {
  readonly ifindex: number
  readonly ifname: string
  readonly altnames: readonly string[] | undefined
  readonly linkinfo: LinkInfo | undefined
  readonly link_type: string | undefined
  readonly address: string | undefined
  readonly mtu: number
  readonly flags: readonly string[]
  readonly master: string | undefined
  readonly link: string | undefined
  readonly link_index: number | undefined
  readonly ifalias: string | undefined
}

interface LinkInfo {
  readonly info_kind: string | undefined
  readonly info_data: { readonly id: number | undefined; readonly mode: string | undefined } | undefined
}

/** Kinds whose details are shown; those of others have other meanings. */
const detailed: readonly (string | undefined)[] = ['vlan', 'macvlan', 'macvtap', 'ipvlan']

const linkFields = object<LinkFields>({
  ifindex: integer,
  ifname: text,
  altnames: optional(list(text)),
  linkinfo: optional(linkInfo),
  link_type: optional(text),
  address: optional(text),
  mtu: integer,
  flags: list(text),
  master: optional(text),
  link: optional(text),
  link_index: optional(integer),
  ifalias: optional(text),
})

/** Reads what is told of kinds of which more is to be known. */
function linkInfo(value: unknown, at: string): Result<LinkInfo, string> {
  return object<{ info_kind: string | undefined }>({ info_kind: optional(text) })(value, at).andThen(({ info_kind }) =>
    detailed.includes(info_kind)
      ? object<LinkInfo>({
          info_kind: optional(text),
          info_data: optional(
            object<{ id: number | undefined; mode: string | undefined }>({
              id: optional(integer),
              mode: optional(text),
            }),
          ),
        })(value, at)
      : ok({ info_kind, info_data: undefined }),
  )
}

function linkEntry(fields: LinkFields): LinkEntry {
  const kind = fields.linkinfo?.info_kind
  const veth = kind === 'veth'
  return {
    index: fields.ifindex,
    name: fields.ifname,
    altNames: fields.altnames ?? [],
    ...(kind === undefined ? {} : { kind }),
    // The loopback link's address, all zero, is none.
    ...(fields.link_type === 'ether' && fields.address !== undefined ? { mac: fields.address } : {}),
    mtu: fields.mtu,
    up: fields.flags.includes('UP'),
    ...(fields.master === undefined ? {} : { masterName: fields.master }),
    ...(veth && fields.link !== undefined ? { peerName: fields.link } : {}),
    ...(veth && fields.link_index !== undefined ? { peer: fields.link_index } : {}),
    ...(!veth && fields.link !== undefined ? { parentName: fields.link } : {}),
    ...(fields.linkinfo?.info_data?.id === undefined ? {} : { vlanId: fields.linkinfo.info_data.id }),
    ...(fields.linkinfo?.info_data?.mode === undefined ? {} : { mode: fields.linkinfo.info_data.mode }),
    ...(fields.ifalias === undefined ? {} : { alias: fields.ifalias }),
  }
}
