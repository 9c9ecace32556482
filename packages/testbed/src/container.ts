/** A container that a runtime has started. */
export interface Container {
  /** Path of its network namespace, for this process. */
  readonly netns: string
  /** Ends it and takes it off its network. A runtime that complains is an exception. */
  readonly stop: () => Promise<void>
}
