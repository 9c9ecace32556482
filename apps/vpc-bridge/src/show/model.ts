import type {
  Interface,
  Observation as Of,
  Endpoint as PlainEndpoint,
  Network as PlainNetwork,
  Setting,
} from '@vpc-bridge/cli'
import type { MacTranslation } from '@vpc-bridge/kernel'
import type { BridgeType, InterfaceType } from '../config/vpc-config.ts'

/** Everything of vpc-bridge that is on a host: what `show --json` prints. */
export type Observation = Of<Network>

/** A network: what its endpoints share, and the endpoints. */
export interface Network extends PlainNetwork {
  readonly bridgeType: BridgeType
  readonly eni: Eni
  readonly bridge: Interface & {
    /** Without the link-local ones. In L2 those of the ENI. */
    readonly addresses: readonly string[]
    readonly ports: number
    /** How many ports it can have. */
    readonly mostPorts: number
  }
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

/** The interface that the network's endpoints share, by the record of the network. */
export type Eni =
  | (Interface & {
      readonly isThere: true
      /** Without the link-local ones. */
      readonly addresses: readonly string[]
    })
  | { readonly isThere: false; readonly name: string; readonly mac?: string }

/** A container's connection to a network. */
export interface Endpoint extends PlainEndpoint {
  readonly interfaceType: InterfaceType['type']
  readonly isPort: boolean
}
