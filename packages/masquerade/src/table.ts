import { type Chain, equals, payload, type Rule } from '@vpc-bridge/nft'

/**
 * The nftables table of a masquerade: `vpc-bridge-masquerade-NAME`, of both IP versions. Sources are elements of sets, and so are the
 * pairs of a source and what it reaches as itself: a packet costs the same however many there are.
 *
 * @see nft(8), libnftables-json(5)
 */

const family = 'inet'

/** Names of the sets, and how the IP versions are called in rules; groups are the multicast addresses. */
export const versions = [
  { ip: 'ip', type: 'ipv4_addr', sources: 'sources', direct: 'direct', groups: { addr: '224.0.0.0', len: 4 } },
  { ip: 'ip6', type: 'ipv6_addr', sources: 'sources6', direct: 'direct6', groups: { addr: 'ff00::', len: 8 } },
] as const

export type Version = (typeof versions)[number]

export function versionOf(address: string): Version {
  return versions[address.includes(':') ? 1 : 0]
}

export function tableName(name: string): string {
  return `vpc-bridge-masquerade-${name}`
}

export function tableOf(name: string) {
  return { family, name: tableName(name) }
}

/** Priority of source NAT (linux/netfilter_ipv4.h: NF_IP_PRI_NAT_SRC). */
export const chain: Chain = { name: 'postrouting', type: 'nat', hook: 'postrouting', prio: 100, policy: 'accept' }

export function partOf(name: string) {
  return { family, table: tableName(name) }
}

/** The rules, in their order. */
export function rulesOf(): readonly Rule[] {
  return versions.flatMap(({ ip, sources, direct, groups }) => [
    {
      expr: [equals(payload(ip, 'daddr'), { prefix: groups }), { return: null }],
      text: `${ip} daddr ${groups.addr}/${groups.len} return`,
    },
    {
      expr: [equals({ concat: [payload(ip, 'saddr'), payload(ip, 'daddr')] }, `@${direct}`), { return: null }],
      text: `${ip} saddr . ${ip} daddr @${direct} return`,
    },
    {
      expr: [equals(payload(ip, 'saddr'), `@${sources}`), { masquerade: null }],
      text: `${ip} saddr @${sources} masquerade`,
    },
  ])
}
