export type { Additions } from './additions.ts'
export { toCommand } from './command-for.ts'
export { examine, type Needs, type Patient } from './doctor/examine.ts'
export {
  inet6,
  installedProgram,
  linkDriver,
  nftablesForBridges,
  passingPackets,
  tunDevice,
} from './doctor/findings.ts'
export type { Finding } from './doctor/model.ts'
export { type CardPlugin, networksOnCards } from './doctor/networks-on-cards.ts'
export type { System } from './doctor/system.ts'
export { diagnosisLines } from './doctor/text.ts'
export { configurationProblems } from './install/network-configuration.ts'
export type { IsInstalled } from './installed-programs.ts'
export { driftOfPort, leftoversOf, usualMtu } from './show/bridge-drift.ts'
export { type Around, type BridgePlugin, bridgeObserver, type RecordedBridge } from './show/bridge-observer.ts'
export type { Drawing, Part, Shared } from './show/drawing.ts'
export type { FarEnd } from './show/far-ends.ts'
export { interfaceOf } from './show/interface.ts'
export type { ContainerEnd, Endpoint, Interface, Network, Observation, Place, Setting } from './show/model.ts'
export { type Machine, type Near, type Observer, observe, type Surroundings } from './show/observe.ts'
export { type Known, lostNamespace, observeEndpoint } from './show/observe-endpoint.ts'
export {
  lookAtBridge,
  lookAtCard,
  partOf,
  readSettings,
  type SharedBridge,
  type SharedCard,
} from './show/shared-links.ts'
export { observationSvg } from './show/svg/picture.ts'
export { observationLines } from './show/text.ts'
export { type Build, start } from './start.ts'
