import type { Plugin } from '@vpc-bridge/cni'
import type { Field } from '@vpc-bridge/config'
import type { Kernel, KernelError } from '@vpc-bridge/kernel'
import type { Clock, Interruption } from '@vpc-bridge/runtime'
import type { Observe } from '@vpc-bridge/step'
import type { Log } from './log.ts'

/** The means that a plugin works with. */
export interface PluginOptions {
  readonly kernel: Kernel
  readonly log: Log
  readonly clock: Clock
  /** Called when a command begins that is not to be cut off: it asks by itself whether it is to stop. */
  readonly interruption: () => Interruption
  /** Told of each step, beside the log. */
  readonly observe?: Observe<KernelError>
  /** How a person calls the program, for hints. Absent: by its type. */
  readonly program?: string
  /** Set where the driver has a copy of the host: no other plugin is asked for anything. */
  readonly isDryRun?: boolean
}

/** A whole plugin, to be given its means. */
export interface DefinedPlugin {
  /** Name of the executable. */
  readonly type: string
  /** All keys of its configuration. */
  readonly configuration: Field<unknown>
  readonly using: (options: PluginOptions) => Plugin
}
