import type {
  Interface,
  Observation as Of,
  Endpoint as PlainEndpoint,
  Network as PlainNetwork,
  Setting,
  SharedBridge,
  SharedCard,
} from '@vpc-bridge/cli'
import type { MacTranslation } from '@vpc-bridge/kernel'
import type { BridgeType, InterfaceType } from '../config/vpc-config.ts'

/** Everything of vpc-bridge that is on a host: what `show --json` prints. */
export type Observation = Of<Network>

/** A network: what its endpoints share, and the endpoints. */
export interface Network extends PlainNetwork {
  readonly bridgeType: BridgeType
  readonly eni: SharedCard
  /** In L2 its addresses are those of the ENI. */
  readonly bridge: SharedBridge
  /** Absent: it is missing, or there is none in this mode (L2). */
  readonly dummy?: Interface & {
    readonly altNames: readonly string[]
    /** True if it is a port of the bridge. */
    readonly isPort: boolean
  }
  /** Of L2; absent there: it is missing, or not as it should be. */
  readonly macTranslation?: MacTranslation
  /** The kernel settings that the network depends on, as they are. */
  readonly settings: readonly Setting[]
  readonly endpoints: readonly Endpoint[]
}

/** A container's connection to a network. */
export interface Endpoint extends PlainEndpoint {
  readonly interfaceType: InterfaceType['type']
  readonly isPort: boolean
}
