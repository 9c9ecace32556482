/** A host, compared with the needs of a plugin: what `doctor --json` prints. */
export interface Diagnosis {
  readonly findings: readonly Finding[]
  readonly modes: readonly Mode[]
}

/** Something that was looked for. */
export interface Finding {
  /** In one word, by which modes name it. */
  readonly id: string
  /** The same in short words. */
  readonly what: string
  /** `unknown`: it could not be found out. */
  readonly state: State
  /** In short words. */
  readonly found: string
  /** What to type, or to do, to get it. */
  readonly remedy?: string
}

export type State = 'there' | 'missing' | 'unknown'

/** A kind of network or endpoint that the plugin makes. */
export interface Mode {
  readonly mode: string
  /** `there` if all that it needs is there. */
  readonly state: State
  /** IDs of what is missing. */
  readonly lacks: readonly string[]
  /** IDs of what could not be found out. */
  readonly unclear: readonly string[]
}
