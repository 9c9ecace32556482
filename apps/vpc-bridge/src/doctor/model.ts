/** What this host has of what the plugin needs: what `doctor --json` prints. */
export interface Diagnosis {
  readonly findings: readonly Finding[]
  readonly modes: readonly Mode[]
}

/** One thing that was looked for. */
export interface Finding {
  readonly id: FindingId
  /** What was looked for, in short words. */
  readonly what: string
  /** `unknown`: it could not be found out. */
  readonly state: State
  /** What was found, in short words. */
  readonly found: string
  /** What to type, or to do, to get it. */
  readonly remedy?: string
}

export type FindingId =
  | 'privileges'
  | 'namespaces'
  | 'bridge'
  | 'veth'
  | 'dummy'
  | 'ipv6'
  | 'tun'
  | 'nft'
  | 'nftables-bridge'
  | 'log'
  /** A network that exists. */
  | 'network'

export type State = 'there' | 'missing' | 'unknown'

/** A kind of network or endpoint that the plugin makes. */
export interface Mode {
  readonly mode: string
  /** Whether all that it needs is there. */
  readonly state: State
  /** What is missing. */
  readonly lacks: readonly FindingId[]
  /** What could not be found out. */
  readonly unclear: readonly FindingId[]
}
