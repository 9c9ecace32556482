import type { Mode } from './modes.ts'

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

/** What is known of a host by what has happened to it. */
export interface Story {
  readonly mode: Mode
  /** By what the configuration knows the ENI. */
  readonly by: 'name' | 'MAC address'
  readonly living: Map<number, Living>
  /** Who gets no answer, since something happened. */
  readonly unreachable: Set<string>
  /** What others have made on the ENI. */
  readonly others: Set<'altname' | 'macvlan' | 'address' | 'route'>
  /** Why an ADD must fail. */
  readonly isBlocked: Set<string>
  /** Names of the ENI for which an ADD has made rules of nftables. */
  readonly ruledBy: Set<string>
  eni: string
  /** Name of the ENI when the network was made. */
  madeOn: string
  mac: string
  isUp: boolean
  /** Whether the ENI was switched off and nobody has configured it since. */
  lacksRoutes: boolean
  /** Whether the ENI is in the namespace for the bridge. */
  isEniAway: boolean
  /** Whether the ENI is a port of a bridge of others. */
  isMaster: boolean
  /** Whether another interface has the name that the ENI had first. */
  isTaken: boolean
  /** Whether the ENI has come back since the network was made: with another index. */
  hasNewIndex: boolean
  /** Whether there is a network with a record, by which its ENI is known. */
  hasRecord: boolean
  /** Whether somebody has deleted what tells how the ENI was before. */
  hasLostRecord: boolean
  /** How many containers there have been. */
  count: number
}
