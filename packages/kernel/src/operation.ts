import type { NewLink } from './new-link.ts'
import type {
  Address,
  MacTranslationEntry,
  MasqueradeEntry,
  Neighbour,
  RejectRoute,
  Route,
  Rule,
  RuleAction,
} from './state.ts'

/** Properties of a link to set; those left out stay. */
export interface LinkSettings {
  readonly up?: boolean
  readonly mac?: string
  /** In bytes. */
  readonly mtu?: number
  /** Name of the bridge to become a port of, or null to leave it. */
  readonly master?: string | null
  /** 255 bytes at most; the empty text removes it. */
  readonly alias?: string
}

/**
 * One change of the network configuration of one namespace. As data, so that it can be performed by any driver, recorded,
 * shown as a command, or made to fail.
 */
export type Operation =
  | { readonly do: 'add link'; readonly link: NewLink }
  | { readonly do: 'set link'; readonly name: string; readonly set: LinkSettings }
  | { readonly do: 'delete link'; readonly name: string }
  /** EBUSY on kernels before 6.2 if the link is up. Its addresses, routes and settings stay. */
  | { readonly do: 'rename link'; readonly name: string; readonly to: string }
  /**
   * Moves a link to the namespace at a path, where it is down, no port, and has neither addresses nor routes. It keeps its
   * index if that is free there, and its name unless it gets another one, which then alone must be free.
   */
  | { readonly do: 'move link'; readonly name: string; readonly netns: string; readonly as?: string }
  | { readonly do: 'add altname'; readonly name: string; readonly altName: string }
  | { readonly do: 'delete altname'; readonly name: string; readonly altName: string }
  | { readonly do: 'add address'; readonly address: Address }
  | { readonly do: 'delete address'; readonly address: Address }
  | { readonly do: 'add route'; readonly route: Route }
  /**
   * Adds the route, in the place of the one to the same destination with the same metric in its table if there is one, by any
   * link.
   */
  | { readonly do: 'set route'; readonly route: Route }
  | { readonly do: 'delete route'; readonly route: Route }
  /** EEXIST when there is a route to the destination with the same metric in its table, by whatever link. */
  | { readonly do: 'add reject route'; readonly route: RejectRoute }
  | { readonly do: 'delete reject route'; readonly route: RejectRoute }
  /** EEXIST when there is the same with this priority. */
  | { readonly do: 'add rule'; readonly rule: Rule }
  /** Deletes the first rule with its priority that is like it; ENOENT when there is none. */
  | { readonly do: 'delete rule'; readonly rule: Rule }
  /** Adds the entry, or gives an existing one its MAC address; the entry is permanent. */
  | { readonly do: 'set neighbour'; readonly neighbour: Neighbour }
  /** Deletes an entry of whatever kind. */
  | { readonly do: 'delete neighbour'; readonly neighbour: Pick<Neighbour, 'dev' | 'address'> }
  /** Translates from now on with this MAC address, whatever rules for it were there; entries stay. */
  | { readonly do: 'set MAC translation'; readonly dev: string; readonly mac: string }
  /** With all entries. */
  | { readonly do: 'delete MAC translation'; readonly dev: string }
  /** Adds the entry, or gives an existing one its MAC address; ENOENT when nothing is translated on the port. */
  | { readonly do: 'set MAC translation entry'; readonly dev: string; readonly entry: MacTranslationEntry }
  | { readonly do: 'delete MAC translation entry'; readonly dev: string; readonly entry: MacTranslationEntry }
  /** Masquerades the sources among its entries from now on, whatever rules of that name were there; entries stay. */
  | { readonly do: 'set masquerade'; readonly name: string }
  /** With all entries. */
  | { readonly do: 'delete masquerade'; readonly name: string }
  /** Adds the entry, or gives an existing one its `except`; ENOENT when there is no masquerade of that name. */
  | { readonly do: 'set masquerade entry'; readonly name: string; readonly entry: MasqueradeEntry }
  | { readonly do: 'delete masquerade entry'; readonly name: string; readonly entry: MasqueradeEntry }
  /** `path` is below /proc/sys and separated by slashes: `net/ipv4/conf/eth10/forwarding`. */
  | { readonly do: 'write sysctl'; readonly path: string; readonly value: string }

/** The operations that a driver leaves to a {@link MacTranslator}. */
export type MacTranslationOperation = Extract<Operation, { readonly do: `${string}MAC translation${string}` }>

/** Whether an operation is one of those. */
export function isMacTranslation(operation: Operation): operation is MacTranslationOperation {
  return operation.do.includes('MAC translation')
}

/** The operations that a driver leaves to a {@link Masquerader}. */
export type MasqueradeOperation = Extract<Operation, { readonly do: `${string} masquerade${string}` }>

/** Returns true for an operation on a masquerade. */
export function isMasquerade(operation: Operation): operation is MasqueradeOperation {
  return operation.do.includes(' masquerade')
}

/** Names what an operation is about: `link br0`, `address 192.168.1.43/24 on blueveth`. */
export function objectOf(operation: Operation): string {
  switch (operation.do) {
    case 'add link':
      return `${operation.link.kind} ${operation.link.name}`
    case 'set link':
    case 'delete link':
    case 'rename link':
    case 'move link':
      return `link ${operation.name}`
    case 'add altname':
    case 'delete altname':
      return `alternative name ${operation.altName} of ${operation.name}`
    case 'add address':
    case 'delete address':
      return `address ${operation.address.address} on ${operation.address.dev}`
    case 'add route':
    case 'set route':
    case 'delete route':
      return routeText(operation.route)
    case 'add reject route':
    case 'delete reject route':
      return `${operation.route.type} route ${operation.route.destination}`
    case 'add rule':
    case 'delete rule':
      return ruleText(operation.rule)
    case 'set neighbour':
    case 'delete neighbour':
      return `neighbour ${operation.neighbour.address} on ${operation.neighbour.dev}`
    case 'set MAC translation':
    case 'delete MAC translation':
      return `MAC translation on ${operation.dev}`
    case 'set MAC translation entry':
    case 'delete MAC translation entry':
      return `MAC translation of ${operation.entry.address} on ${operation.dev}`
    case 'set masquerade':
    case 'delete masquerade':
      return `masquerade ${operation.name}`
    case 'set masquerade entry':
    case 'delete masquerade entry':
      return `masquerade of ${operation.entry.source} in ${operation.name}`
    case 'write sysctl':
      return `sysctl ${operation.path}`
  }
}

function routeText({ destination, table, dev }: Route): string {
  return `route ${destination}${table === undefined ? '' : ` of table ${table}`} on ${dev}`
}

/** A rule in the words of `ip rule`: `rule 4201 from 192.168.1.43/32 goto 42011`; of IPv6 with the version if no address tells it. */
function ruleText({ family, priority, from, to, action }: Rule): string {
  const version = (from ?? to) === undefined && family === 'inet6' ? ' of IPv6' : ''
  return [
    'rule',
    `${priority}${version}`,
    ...(from === undefined ? [] : ['from', from]),
    ...(to === undefined ? [] : ['to', to]),
    ...actionWords(action),
  ].join(' ')
}

/** What a rule does, in the words of `ip rule`. */
export function actionWords(action: RuleAction): readonly string[] {
  switch (action.do) {
    case 'lookup': {
      const { table, suppressPrefixLength } = action
      const suppressed = suppressPrefixLength === undefined ? [] : ['suppress_prefixlength', `${suppressPrefixLength}`]
      return ['lookup', `${table}`, ...suppressed]
    }
    case 'goto':
      return ['goto', `${action.priority}`]
    case 'unreachable':
      return ['unreachable']
  }
}
