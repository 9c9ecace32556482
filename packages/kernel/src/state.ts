/**
 * What the kernel's network configuration consists of, as the port shows it.
 *
 * Texts are canonical, so that equal things compare equal: MAC addresses are six lower-case hexadecimal pairs
 * (`02:00:5e:10:00:01`), IPv4 addresses four decimals, IPv6 addresses as RFC 5952 writes them, prefixes `ADDRESS/LENGTH`
 * with the bits behind the prefix length zero in routes.
 */

/** IP version, by the names of `ip -json`. */
export type Family = 'inet' | 'inet6'

/** A network interface (`ip link`). */
export interface Link {
  /** Interface index, unique within its namespace; positive. */
  readonly index: number
  /** Primary name, 15 bytes at most. */
  readonly name: string
  /** Alternative names (`ip link property add dev NAME altname`), 127 bytes at most each. */
  readonly altNames: readonly string[]
  /** Driver kind, such as `bridge`, `dummy`, `veth`; absent for hardware and the loopback link. */
  readonly kind?: string
  /** Ethernet address; absent where the link has none. */
  readonly mac?: string
  /** Maximum transmission unit in bytes. */
  readonly mtu: number
  /** Whether it is administratively up (IFF_UP); says nothing of the carrier. */
  readonly up: boolean
  /** Index of the bridge (or other link) whose port this is. */
  readonly master?: number
  /** Index of the link at the other end of a veth pair, in the namespace that end is in. */
  readonly peer?: number
  /** Index of the link in the same namespace that this one is on top of, such as a VLAN or macvlan. */
  readonly parent?: number
  /** Of a VLAN: the tag of its frames. */
  readonly vlanId?: number
  /** Of a macvlan, macvtap or ipvlan: how those on one parent reach each other, by the names of ip-link(8). */
  readonly mode?: string
  /** The text set by `ip link set alias`, 255 bytes at most. */
  readonly alias?: string
}

/** An IP address on a link (`ip address`). */
export interface Address {
  /** Name of the link. */
  readonly dev: string
  /** Address and prefix length: `192.168.1.43/24`. */
  readonly address: string
  /** Broadcast address; IPv4 only. */
  readonly broadcast?: string
  /** Address of the other end (`peer`); in IPv4 the prefix length is then of its subnet. */
  readonly peer?: string
  /** Priority of the route to its subnet; absent: 0 in IPv4, 256 in IPv6. */
  readonly metric?: number
  /** It brings no route to its subnet (IFA_F_NOPREFIXROUTE); whoever added it adds one by hand, or not. */
  readonly noPrefixRoute?: true
  /** How far it is valid, as `ip` names it; absent: `global`. IPv4 only: of an IPv6 address the kernel knows it. */
  readonly scope?: string
  /** Name of the link for programs that know one address of each, 15 bytes at most; absent: the link's. IPv4 only. */
  readonly label?: string
  /** In how many seconds the kernel deletes it; absent: never. */
  readonly validSeconds?: number
  /** In how many seconds it is for connections that exist only; absent: never. */
  readonly preferredSeconds?: number
  /** Further flags that were chosen for it. */
  readonly flags?: readonly AddressFlag[]
  /** Number of who made it (IFA_PROTO, Linux 5.18); absent: unknown. */
  readonly protocol?: number
  /** Names of what it has that the port cannot give to an address; adding one with any is EOPNOTSUPP. */
  readonly unknown?: readonly string[]
}

/** By the names of ip-address(8). */
export type AddressFlag = 'home' | 'mngtmpaddr' | 'autojoin'

/** Where a route sends packets next. */
export interface NextHop {
  /** Address of the next hop, in an IPv4 route also an IPv6 one; absent when the destination is on the link. */
  readonly gateway?: string
  /** Name of the link that packets leave by. */
  readonly dev: string
  /** Take the gateway to be on the link, even if no prefix of the link covers it. */
  readonly onlink: boolean
  /** Its share where there are several, 256 at most; absent: 1. */
  readonly weight?: number
}

/** A route by a link (`ip route`), with its first next hop, which most often is its only one. */
export interface Route extends NextHop {
  /** Destination prefix; `0.0.0.0/0` and `::/0` are the default routes. */
  readonly destination: string
  /** Kind of the destination; absent: unicast. */
  readonly type?: RouteType
  /** Next hops besides the first, in the kernel's order. */
  readonly furtherHops?: readonly NextHop[]
  /** How far the destination is away, as `ip` names it; `link` when on the link. IPv6 routes are always `global`. */
  readonly scope: string
  /** Who made it: `kernel` for those that come with an address, `boot` for those added by hand. */
  readonly protocol: string
  /** Priority, lower first. IPv4 default: 0. IPv6 default: 1024, 256 for those that come with an address. */
  readonly metric: number
  /** Preferred source address. */
  readonly source?: string
  /** Number of the table that it is in (`ip route … table N`); absent: the main table, 254. */
  readonly table?: number
  /** Type of service that it is for; absent: any. IPv4 only. */
  readonly tos?: number
  /** Prefix of the sources that it is for; absent: any. IPv6 only. */
  readonly from?: string
  /**
   * Properties of connections by it, by the names of ip-route(8), and by number where those have none, as the kernel keeps them:
   * `rtt` in eighths and `rttvar` in quarters of a millisecond; `lock` has a bit for each metric that is locked; the value of
   * `congctl` is a name.
   */
  readonly metrics?: Readonly<Record<string, number | string>>
  /** Rank among routers; absent: medium. IPv6 only. */
  readonly preference?: 'low' | 'high'
  /** In how many seconds the kernel deletes it; absent: never. IPv6 only. */
  readonly expiresSeconds?: number
  /**
   * Names of what it has that the port cannot give to a route, such as `nhid` and `encap`; adding one with any is EOPNOTSUPP.
   */
  readonly unknown?: readonly string[]
}

/** By the names of ip-route(8). Those without a link are {@link RejectRoute}s. */
export type RouteType = 'local' | 'broadcast' | 'anycast' | 'multicast'

/** A route by no link: packets by it go nowhere (`ip route add blackhole`). */
export interface RejectRoute {
  /**
   * By the names of ip-route(8): `blackhole` drops packets, `unreachable` and `prohibit` tell the sender, `throw` has the next rule
   * decide.
   */
  readonly type: 'blackhole' | 'unreachable' | 'prohibit' | 'throw'
  /** Destination prefix. */
  readonly destination: string
  /** Who made it, as of a {@link Route}. */
  readonly protocol: string
  /** Priority, lower first. IPv4 default: 0. IPv6 default: 1024. */
  readonly metric: number
  /** Number of the table that it is in; absent: the main table, 254. */
  readonly table?: number
}

/**
 * How frames are translated that pass a bridge by one of its ports, for a network that knows a single MAC address behind it:
 * what leaves by the port has the MAC address `mac` as its source, also within ARP; replies of ARP that come in by it go to
 * all, and IPv4 packets to the MAC address that has their destination address.
 */
export interface MacTranslation {
  /** Name of the port. */
  readonly dev: string
  readonly mac: string
  readonly entries: readonly MacTranslationEntry[]
}

/** Who has an IPv4 address behind a bridge's port. */
export interface MacTranslationEntry {
  /** Without a prefix length. */
  readonly address: string
  readonly mac: string
}

/**
 * Sources whose packets leave the host with the host's address, and whose answers find back (`masquerade` of nft(8)). Packets to
 * groups, and to what an entry excepts, keep their source.
 */
export interface Masquerade {
  /** Chosen by whoever makes it. */
  readonly name: string
  /** Of both IP versions. */
  readonly entries: readonly MasqueradeEntry[]
}

/** A source that is masqueraded. */
export interface MasqueradeEntry {
  /** Address without a prefix length. */
  readonly source: string
  /** Prefix of the destinations that it reaches as itself: its own subnet. */
  readonly except: string
}

/** A permanent entry of the neighbour table (`ip neighbour`). */
export interface Neighbour {
  /** Name of the link. */
  readonly dev: string
  readonly address: string
  readonly mac: string
}

/** An entry of the neighbour table, also one that the kernel has learnt, or is about to learn. */
export interface NeighbourEntry {
  /** Name of the link. */
  readonly dev: string
  readonly address: string
  /** Absent: it is being asked for, or nobody has answered. */
  readonly mac?: string
  /** Whether somebody has set it, so that nothing the kernel learns changes it. */
  readonly isPermanent: boolean
}

/**
 * A rule of the routing policy (`ip rule`). For each packet the rules are gone through by ascending priority, until one leads
 * to a route.
 */
export interface Rule {
  readonly family: Family
  /** Its place among the rules: lower ones come first, those with the same one in the order in which they were added. */
  readonly priority: number
  /** Prefix that the source address must be in; absent: any. */
  readonly from?: string
  /** Prefix that the destination must be in; absent: any. */
  readonly to?: string
  readonly action: RuleAction
}

/** Where a rule leads to. */
export type RuleAction =
  | {
      readonly do: 'lookup'
      /** Number of the table. */
      readonly table: number
      /** Routes of the table whose prefixes are not longer than this count for nothing: 0 leaves out the default route. */
      readonly suppressPrefixLength?: number
    }
  /** The rules before the first one with that priority are left out; it must be higher than that of the rule itself. */
  | { readonly do: 'goto'; readonly priority: number }
  /** There is no route. */
  | { readonly do: 'unreachable' }

/** A rule as it is listed. Those with criteria or actions that a {@link Rule} cannot describe are `other`. */
export interface ListedRule extends Omit<Rule, 'action'> {
  readonly action: RuleAction | { readonly do: 'other'; readonly table?: number }
}
