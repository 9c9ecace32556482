import { type CniError, errorCodes } from '@vpc-bridge/cni'
import {
  type Family,
  type FilterChain,
  type KernelError,
  type Link,
  type Netns,
  sysctlIfPresent,
} from '@vpc-bridge/kernel'
import { ok, type ResultAsync, safeTry } from 'neverthrow'

/** How the packets of endpoints behind a bridge go. */
export interface Traffic {
  /** Tells whether a link is such a bridge. */
  readonly isBridge: (link: Link) => boolean
  /** Name of one, such as an ADD makes, where none exists. */
  readonly newBridge: string
  /** `routed` by the host to and from other links, or `switched` by the bridge alone. */
  readonly way: 'routed' | 'switched'
  /** Name of the link that they are routed to; absent: not known. */
  readonly uplink?: string
  readonly families: readonly Family[]
}

/**
 * Finds what others have set on a host so that it is certain to keep packets from endpoints, whatever an ADD makes. Code 51: endpoints
 * that exist suffer as well.
 *
 * @param network the namespace of the bridge
 * @see the kernel's Documentation/networking/ip-sysctl.rst (arp_ignore), br_netfilter
 */
export function hindrances(network: Netns, traffic: Traffic): ResultAsync<readonly CniError[], KernelError> {
  const { isBridge, newBridge, way, uplink, families } = traffic
  return safeTry(async function* () {
    const links = yield* network.links()
    const bridge = links.find(isBridge)?.name ?? newBridge
    const found: CniError[] = []
    for (const family of families) {
      const filtered = yield* sysctlIfPresent(network, bridgeFilters[family])
      const routed = [
        { from: bridge, to: uplink },
        { from: uplink, to: bridge },
      ]
      const paths = [...(way === 'routed' ? routed : []), ...(filtered === '1' ? [{ from: bridge, to: bridge }] : [])]
      for (const { from, to } of paths) {
        const known = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
        const chain = yield* network.forwardDropper({ family, ...known })
        if (chain === undefined) continue
        const others = 'other links'
        found.push({
          code: errorCodes.notAvailableLimited,
          msg: `packets from ${from ?? others} to ${to ?? others} are dropped: the chain "${nameOf(chain)}" of the packet filter lets none of them pass`,
          details: toLetPass(chain, bridge, from === bridge),
        })
      }
    }
    const arp = families.includes('inet') ? yield* unansweredArp(network, bridge, way) : undefined
    return ok(arp === undefined ? found : [...found, arp])
  })
}

function nameOf(chain: FilterChain): string {
  return chain.by === 'nft' ? `${chain.family} ${chain.table} ${chain.name}` : `${chain.by} ${chain.name}`
}

/** Returns a command that lets packets from a bridge, or to it, pass a chain. */
function toLetPass(chain: FilterChain, bridge: string, isFrom: boolean): string {
  if (chain.by === 'nft') return `nft insert rule ${nameOf(chain)} ${isFrom ? 'iifname' : 'oifname'} "${bridge}" accept`
  return `${chain.by} -I ${chain.name} ${isFrom ? '-i' : '-o'} ${bridge} -j ACCEPT`
}

/** The settings by which what a bridge forwards passes the packet filter, too. */
const bridgeFilters = {
  inet: 'net/bridge/bridge-nf-call-iptables',
  inet6: 'net/bridge/bridge-nf-call-ip6tables',
} as const

/** Where the host has no address on the bridge, it is not to answer for those on other links alone. */
const unanswering = { routed: ['1', '2', '8'], switched: ['8'] } as const

/** Finds settings with which endpoints cannot find the host's own addresses. The higher one of the two counts. */
function unansweredArp(
  network: Netns,
  bridge: string,
  way: Traffic['way'],
): ResultAsync<CniError | undefined, KernelError> {
  return safeTry(async function* () {
    for (const dev of ['all', bridge]) {
      const value = yield* sysctlIfPresent(network, `net/ipv4/conf/${dev}/arp_ignore`)
      if (!unanswering[way].some((each) => each === value)) continue
      const setting = `net.ipv4.conf.${dev}.arp_ignore`
      const msg = `containers cannot reach the host's own addresses: ${setting} is ${value}, and the host does not answer ARP for them on ${bridge}`
      return ok({ code: errorCodes.notAvailableLimited, msg, details: `sysctl -w ${setting}=0` })
    }
    return ok(undefined)
  })
}
