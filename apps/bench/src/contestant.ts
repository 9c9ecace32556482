import type { Container, Host } from './host.ts'
import type { Command, Job } from './launcher.ts'

/** What connects a container, and what disconnects it. */
export interface Connection {
  readonly add: Job
  readonly del: Job
}

/** What is measured. */
export interface Contestant {
  readonly name: string
  /** Paths of its executables, the one that is started first. */
  readonly files: readonly string[]
  /** Tells its version, and does nothing else. */
  readonly version: Command
  /** What it takes to connect a container of a host, on which it has connected another one before. */
  readonly connection: (host: Host, container: Container) => Promise<Connection>
}
