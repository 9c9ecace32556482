import type { Link } from '@vpc-bridge/kernel'
import type { CardIdentity } from '@vpc-bridge/link'
import type { BridgeType } from '../config/vpc-config.ts'
import type { NetworkNames } from './names.ts'
import type { NetworkRecord } from './network-record.ts'

/** A network as it is on a host, or as an ADD would begin it. */
export interface Network {
  readonly names: NetworkNames
  /** The bridge, if it is ours. */
  readonly bridge?: Link
  /** What the bridge's alias tells; absent where an ADD was killed before it was written, or the reference plugin made the bridge. */
  readonly record?: NetworkRecord
  /** Absent: nothing tells. */
  readonly bridgeType?: BridgeType
  /** MAC address of the bridge, where it is not made of its name. */
  readonly bridgeMac?: string | undefined
  /** A link of the bridge's name that is somebody else's. */
  readonly foreign?: Link
  /** The ENI, whatever it is called now; absent: missing. */
  readonly eni?: Link | undefined
  /** Name of the ENI when the network was made, which the record keeps: the dummy link is named after it. */
  readonly recordedEni: string
  /** Whether the ENI is in the bridge's namespace. */
  readonly isEniInPlace: boolean
  /** The link that the configuration names, where that is another one than the network was made on. */
  readonly rival?: Link | undefined
}

/** What a configuration names. */
export interface Wanted {
  readonly network: string
  readonly eni: CardIdentity
}
