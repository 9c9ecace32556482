import { output } from './command.ts'
import { inside, rulesetScript, settingsScript } from './look.ts'
import {
  addressFacts,
  byText,
  fdbFacts,
  linkFacts,
  neighbourFacts,
  routeFacts,
  rulesetFacts,
  type Shown,
} from './state-facts.ts'

/** What `ip` shows of a namespace. */
interface Objects {
  readonly links: readonly Shown[]
  /** Each with the link it is on, `dev`. */
  readonly addresses: readonly Shown[]
  /** Of all tables and both families. */
  readonly routes: readonly Shown[]
  /** Of the policy database (ip-rule(8)); each with its `family`. */
  readonly rules: readonly Shown[]
  /** Those made by hand, those answered for by proxy, and those learnt of endpoints. */
  readonly neighbours: readonly Shown[]
}

/**
 * The network configuration of a namespace, as one plain value to compare. Equal states give equal values: what only
 * passes (timers, counters, the age of what was learnt) is left out.
 */
export interface State extends Objects {
  /** Entries of bridges' forwarding databases that were not learnt. */
  readonly fdb: readonly Shown[]
  /** Tables, chains, rules, sets of nftables, with iptables and ebtables as their programs of today write them. */
  readonly ruleset: readonly Shown[]
  /** All below /proc/sys/net, by path. */
  readonly sysctls: Readonly<Record<string, string>>
}

/** What `ip` shows of one family of addresses. */
const familyObjects = `address show
neighbour show
neighbour show proxy
route show table all
rule show`

/**
 * A script for a POSIX shell that writes the configuration of its network namespace, of which {@link stateIn} makes a state. It asks
 * for everything in one child process. Each document of JSON is one line; the settings come last. The links come first: what
 * follows from a link that has come to rest is there by then.
 */
export const stateScript = `set -e
ip -4 -json -details -batch - <<end
link show
${familyObjects}
end
ip -6 -json -details -batch - <<end
${familyObjects}
end
bridge -json fdb show
${rulesetScript}
${settingsScript}`

/** Reads the configuration of a namespace with iproute2, nft and from /proc. */
export async function readState(netns: string): Promise<State> {
  return stateIn(await output(inside(netns, ['sh', '-c', stateScript])))
}

/** @param text the output of {@link stateScript} */
export function stateIn(text: string): State {
  const lines = text.split('\n').filter((line) => line !== '')
  const first = lines.findIndex((line) => line.startsWith('/proc/'))
  const [nft = '', fdb = '', ...objects] = lines.slice(0, first).toReversed()
  return {
    ...objectsIn(objects.toReversed()),
    fdb: sorted(listIn(fdb).flatMap(fdbFacts)),
    ruleset: rulesetFacts(nft),
    sysctls: sysctlsIn(lines.slice(first)),
  }
}

function objectsIn(documents: readonly string[]): Objects {
  const [links = [], ...rest] = documents.map(listIn)
  const [addresses = [], neighbours = [], proxies = [], routes = [], rules = [], ...rest6] = rest
  const [addresses6 = [], neighbours6 = [], proxies6 = [], routes6 = [], rules6 = []] = rest6
  return {
    links: links.map(linkFacts),
    addresses: sorted([...addresses, ...addresses6].flatMap(addressFacts)),
    routes: sorted([...routes, ...routes6].map(routeFacts)),
    rules: sorted([...inFamily('inet', rules), ...inFamily('inet6', rules6)]),
    neighbours: sorted([...[...neighbours, ...neighbours6].flatMap(neighbourFacts), ...proxies, ...proxies6]),
  }
}

/** @param document a list of objects, some of which may be empty: those that a filter of `ip` has left out */
function listIn(document: string): readonly Shown[] {
  return JSON.parse(document).filter((each: Shown) => Object.keys(each).length > 0)
}

function inFamily(family: string, rules: readonly Shown[]): readonly Shown[] {
  return rules.map((rule) => ({ family, ...rule }))
}

function sorted(objects: readonly Shown[]): readonly Shown[] {
  return objects.toSorted(byText)
}

/** @param lines as {@link settingsScript} writes them, `PATH:VALUE`; a setting may have several */
function sysctlsIn(lines: readonly string[]): Readonly<Record<string, string>> {
  const settings: Record<string, string> = {}
  for (const line of lines.toSorted()) {
    const colon = line.indexOf(':')
    const path = line.slice('/proc/sys/net/'.length, colon)
    // The number of connections that are tracked.
    if (path === 'netfilter/nf_conntrack_count') continue
    const value = line.slice(colon + 1)
    settings[path] = path in settings ? `${settings[path]}\n${value}` : value
  }
  return settings
}
