import type { JsonObject } from '../json-object.ts'

/** What stands for options that are left out. */
export interface Defaults {
  /** Name or path of the container's network namespace. */
  readonly netns: string
  readonly containerId: string
  readonly ifName: string
  /** Absent: a configuration must be given. */
  readonly config?: JsonObject
}

export const plainDefaults: Defaults = { netns: 'blue', containerId: 'test-container', ifName: 'eth0' }
