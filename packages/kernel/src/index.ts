export type { DriverOperation, NetworkOperation } from './driver/change.ts'
export { earlierSettings } from './driver/earlier-settings.ts'
export { type Attached, createDriverKernel, type OpenFile } from './driver/kernel.ts'
export { type NamespaceFile, openNamespace } from './driver/namespace-file.ts'
export { describeKernelError, type KernelError, operationError } from './error.ts'
export { failing } from './failing.ts'
export { hopsOf, renameLinks } from './hops.ts'
export { type Interceptor, intercept, type Recorded, record } from './intercept.ts'
export {
  giveAddresses,
  isLinkLocal,
  type LinkConfiguration,
  linkConfigurationOf,
  onLink,
} from './link-configuration.ts'
export { isLinkName, isNamed, longestLinkName } from './link-name.ts'
export { lookUpOnce } from './look-up-once.ts'
export { macvtapIndex, vlanIndex } from './macvtap.ts'
export { mostPorts } from './most-ports.ts'
export { inodeOf, type Kernel, type LinkQuery, type Lock, type LockMode, type Netns, type RouteQuery } from './netns.ts'
export {
  type IpvlanMode,
  isUpper,
  type MacvlanMode,
  type NewLink,
  type NewMacvtap,
  type NewPeer,
  type NewTap,
  type NewUpper,
} from './new-link.ts'
export { openIfPresent } from './open-if-present.ts'
export {
  actionWords,
  isMacTranslation,
  isMasquerade,
  type LinkSettings,
  type MacTranslationOperation,
  type MasqueradeOperation,
  type Operation,
  objectOf,
} from './operation.ts'
export {
  type FilterChain,
  type ForwardedPacket,
  type ForwardFilter,
  type IptablesProgram,
  type MacTranslator,
  type Masquerader,
  noPacketFilters,
  type PacketFilter,
  type PacketFilterFailure,
  type PacketFilterNetns,
  type PacketFilters,
} from './packet-filter.ts'
export { absentIfGone, changeReversibly, isGone } from './reversible.ts'
export { nameOf, numberOf, routeMetrics, routeProtocols, routeTypes, scopes } from './route-names.ts'
export { type Snapshot, snapshot } from './snapshot.ts'
export type {
  Address,
  AddressFlag,
  Family,
  Link,
  ListedRule,
  MacTranslation,
  MacTranslationEntry,
  Masquerade,
  MasqueradeEntry,
  Neighbour,
  NeighbourEntry,
  NextHop,
  RejectRoute,
  Route,
  RouteType,
  Rule,
  RuleAction,
} from './state.ts'
export { sysctlIfPresent } from './sysctl-if-present.ts'
