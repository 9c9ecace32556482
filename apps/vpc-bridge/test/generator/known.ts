import { eniMac } from '@vpc-bridge/testbed'
import type { KnownBy, Mode } from './modes.ts'

/** What is known of a host by what has happened to it, be it a real one or one in memory. */
export interface Known {
  readonly mode: Mode
  readonly by: KnownBy
  /** The endpoints that exist. */
  readonly living: { readonly size: number }
  /** Names of the ENI for which an ADD has made rules of nftables. */
  readonly ruledBy: Set<string>
  eni: string
  /** Name of the ENI when the network was made. */
  madeOn: string
  mac: string
  isUp: boolean
  /** Whether the ENI has come back since the network was made: with another index. */
  hasNewIndex: boolean
  /** Whether there is a network with a record, by which its ENI is known. */
  hasRecord: boolean
  /** Whether somebody has deleted what tells how the ENI was before. */
  hasLostRecord: boolean
  /** Whether somebody has deleted the rules of the network's own table. */
  lacksRules: boolean
  /** Whether somebody has deleted the dummy link. */
  lacksDummy: boolean
}

/** Returns what is known of a host to which nothing has happened. */
export function knownAtFirst(mode: Mode, by: KnownBy) {
  const eni = { eni: 'eth10', madeOn: '', mac: eniMac, isUp: true, hasNewIndex: false }
  const record = { hasRecord: false, hasLostRecord: false, lacksRules: false, lacksDummy: false }
  return { mode, by, ruledBy: new Set<string>(), ...eni, ...record }
}

/** A MAC address that the ENI may be given. */
export const otherMac = '02:00:00:00:00:77'

export const isOnHost = ({ mode }: Known) => !mode.isAway
export const isL3 = ({ mode }: Known) => mode.bridgeType === 'L3'
export const hasNetwork = ({ living }: Known) => living.size > 0

/** Without a record of the network nothing but the configuration tells which ENI it is on. */
export const isKnownByMac = ({ by, hasRecord, living }: Known) => hasRecord || living.size === 0 || by === 'MAC address'

/** Known, not mended: rules for a name that the ENI had in between stay in L2. */
export const leavesNoRules = ({ mode, hasRecord, madeOn, ruledBy }: Known, name: string) =>
  mode.bridgeType === 'L3' || [...ruledBy].every((each) => each === name || (hasRecord && each === madeOn))

/** Known, not mended: without bridge and dummy link nothing tells which MAC address containers have of their router. */
export const isTold = ({ hasRecord, lacksDummy }: Known) => hasRecord || !lacksDummy

/** Known, not mended: without the bridge nothing tells of a table without rules, nor of the router's MAC address, see {@link isTold}. */
export const canLackBridge = ({ lacksRules, lacksDummy, hasNewIndex }: Known) =>
  !lacksRules && !(lacksDummy && hasNewIndex)

/** Whether no other interface has the name by which the configuration knows the ENI: `isTaken` tells of one that has its first name. */
export const isNamed = ({ by, eni, hasRecord }: Known, isTaken: boolean) =>
  by === 'MAC address' || eni === 'eth10' || hasRecord || !isTaken

/** Whether an ADD cannot find the ENI, or takes another interface for it: `isTaken` tells of one that has its first name. */
export function isEniUnknown({ by, hasRecord, eni, mac }: Known, isTaken: boolean): boolean {
  if (by === 'MAC address') return !hasRecord && mac !== eniMac
  return eni !== 'eth10' && (!hasRecord || isTaken)
}

/** Notes the network of an ADD that has worked. */
export function noteNetwork(story: Known): void {
  if (!story.hasRecord) story.madeOn = story.eni
  story.hasRecord = true
  story.lacksRules = false
  story.lacksDummy = false
  story.ruledBy.add(story.eni)
  story.isUp = true
}

/** Forgets what is gone with the last endpoint of a network. */
export function forgetNetwork(story: Known): void {
  story.hasNewIndex = false
  story.hasRecord = false
  story.lacksRules = false
  story.lacksDummy = false
  story.ruledBy.clear()
}
