import type { EndpointOf, Interface, Network, Setting } from './model.ts'

/** What a plugin tells of its networks in text and picture, beside what is told of every plugin's. */
export interface Drawing<N extends Network> {
  /** Words after the network's name: `routed by eth10`. */
  readonly title: (network: N) => string
  /** Returns what the endpoints share. */
  readonly shared: (network: N) => Shared
  /** Lines about an endpoint's end on the host. */
  readonly hostLines?: (endpoint: EndpointOf<N>, network: N | undefined) => readonly string[]
  /** Returns the kind of interface, such as `TAP`, behind which a machine has the addresses; `undefined`: the container has them. */
  readonly machine?: (endpoint: EndpointOf<N>) => string | undefined
}

/** What endpoints share, where it is drawn: the uplink on the left, the hub beside the endpoints. */
export interface Shared {
  readonly uplink?: Part & {
    /** What is behind it. */
    readonly leadsTo: string
    /** How packets come from the hub to it. */
    readonly joined: 'routed' | 'port'
  }
  readonly hub?: Part
  /** A port of the hub that serves it alone. */
  readonly helper?: Part & { readonly purpose: string; readonly isPort: boolean }
}

/** A link that endpoints share. */
export interface Part {
  /** In a word: `bridge`. */
  readonly kind: string
  readonly name: string
  /** Its state, or in a word why it has none. */
  readonly link: Interface | 'gone' | 'missing'
  readonly addresses?: readonly string[]
  /** Beside state, MAC address and MTU: `2 of 1023 ports`. */
  readonly facts?: readonly string[]
  readonly settings?: readonly Setting[]
  readonly notes?: readonly Note[]
}

/** A line of the text; in the picture a short one, or none. */
interface Note {
  readonly text: string
  readonly short?: string
}

/** Returns true if a part is up, its settings are right, and nothing of it has drifted. */
export function isWell({ name, link, settings = [] }: Part, { drift }: Network): boolean {
  if (typeof link === 'string' || !link.up) return false
  return !drift.some((each) => each.link === name) && settings.every(({ value, wanted }) => value === wanted)
}
