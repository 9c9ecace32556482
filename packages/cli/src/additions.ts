import type { ShownRecord } from '@vpc-bridge/plugin'
import type { FindNeeds } from './doctor/run-doctor.ts'
import type { Defaults } from './endpoint/defaults.ts'
import type { Network } from './show/model.ts'
import type { Show } from './show/run-show.ts'

/** What a plugin adds to the command line that every plugin has. */
export interface Additions<N extends Network = Network, R extends ShownRecord = ShownRecord> {
  /** One sentence at the top of the help. */
  readonly summary?: string
  /** Lines of examples for the help. */
  readonly examples?: readonly string[]
  readonly defaults?: Defaults
  /** Absent: endpoints are shown as their records tell. */
  readonly show?: Show<N, R>
  /** Absent: what the definition says that an ADD lacks. */
  readonly needs?: FindNeeds
  /** The key of the addresses, which may be missing in a configuration if the runtime adds them (capability `ips`). */
  readonly addressKey?: string
}
