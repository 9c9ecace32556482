import type { Known } from './known.ts'

/** An endpoint that an ADD has made. */
export interface Living {
  readonly containerId: string
  readonly netns: string
  /** Where its packets begin and end: its namespace, or that of its virtual machine. */
  readonly speaksIn: string
  readonly host: number
  readonly result: object
  /** Somebody has taken something from it alone, which an ADD of another does not look for. */
  isHurt: boolean
  /** Its namespace is gone. */
  isDead: boolean
  readonly stop: () => Promise<void>
}

/** What is known of a real host by what has happened to it. */
export interface Story extends Known {
  readonly living: Map<number, Living>
  /** Who gets no answer, since something happened. */
  readonly unreachable: Set<string>
  /** What others have made on the ENI. */
  readonly others: Set<'altname' | 'macvlan' | 'address' | 'route'>
  /** Why an ADD must fail. */
  readonly isBlocked: Set<string>
  /** Whether the ENI was switched off and nobody has configured it since. */
  lacksRoutes: boolean
  /** Whether somebody has switched the bridge off. */
  isBridgeDown: boolean
  /** Whether the ENI is in the namespace for the bridge. */
  isEniAway: boolean
  /** Whether the ENI is a port of a bridge of others. */
  isMaster: boolean
  /** Whether another interface has the name that the ENI had first. */
  isTaken: boolean
  /** How many containers there have been. */
  count: number
}
