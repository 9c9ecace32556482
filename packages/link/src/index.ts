export type { Alias } from './alias.ts'
export { type Bridge, bridge } from './bridge.ts'
export { type BridgePort, bridgePort, portBlocker } from './bridge-port.ts'
export { type Dummy, dummy, isDummy } from './dummy.ts'
export {
  type CardIdentity,
  findCard,
  linkWithMac,
  type RecordedCard,
  recordedCard,
  recordedCardOrNamesake,
} from './find-card.ts'
export { type LinkAlias, linkAlias } from './link-alias.ts'
export { type LinkUp, linkUp } from './link-up.ts'
export { type Marker, marker } from './marker.ts'
export { type Tap, tap } from './tap.ts'
export {
  type Ipvlan,
  ipvlan,
  type Macvlan,
  type Macvtap,
  macvlan,
  macvtap,
  type Vlan,
  vlan,
} from './upper-link.ts'
export { type Veth, type VethPeer, veth } from './veth.ts'
