export type { WalkOptions } from './add.ts'
export { bridgeName, indexInBridgeName } from './bridge-name.ts'
export { canonicalRoute, type GivenRoutes, givenRoutes } from './canonical.ts'
export {
  type Card,
  type CardUser,
  type CardView,
  cardExists,
  cardIdentity,
  cardIsFree,
  cardRecord,
  observeCard,
  usersOfCard,
} from './card.ts'
export type { Checked } from './check.ts'
export { type DefinedPlugin, hostPath, type PluginOptions } from './cni-plugin.ts'
export { type Compare, type ComparedStep, type Comparing, comparisonWith, type Drift } from './compare-steps.ts'
export { familiesByOthers, waysOf } from './default-routes.ts'
export { definePlugin, type EnginePlugin } from './define-plugin.ts'
export type {
  Addressing,
  Adopted,
  Attached,
  Definition,
  Endpoint,
  EndpointIp,
  EndpointRoute,
  NetworkBridge,
  OwnFailure,
  RecordKeys,
  Rule,
} from './definition.ts'
export {
  type EndpointRecord,
  endpointsOn,
  type HostLink,
  hostLinkOf,
  longestContainerId,
  readEndpoint,
  type WrittenEndpoint,
  writeEndpoint,
} from './endpoint-record.ts'
export { type ErrorRows, type ErrorTable, errorTable } from './error-table.ts'
export type {
  Asked,
  ExplorablePlugin,
  Exploration,
  RecordedEndpoint,
  ShownRecord,
  Subject,
} from './explore.ts'
export { engineCodes, engineErrors, type Failure as EngineFailure } from './failure.ts'
export { brokenInet6, type Inet6Switch, inet6Switches, readInet6 } from './inet6.ts'
export { hasLinkKind, type LinkKind } from './link-kinds.ts'
export { type LockFailure, type Waiting, withLock } from './lock.ts'
export { type Log, logFile, logged, openLog } from './log.ts'
export {
  containerMac,
  digest,
  type EndpointIdentity,
  hostVethName,
  isSameEndpoint,
  macFor,
  recordedName,
} from './names.ts'
export { own, type Phase, reach, recordedBy, type Steps, shared, withHostLink } from './phase.ts'
export { type PlannedStep, plan } from './plan.ts'
export { type Entries, type RecordFormat, recordFormat } from './record.ts'
export type { MadeEndpoint, MadeInterface } from './result.ts'
export { rulesInTurn } from './rules-in-turn.ts'
export { type Program, runAsCni } from './run.ts'
export { runVersion } from './run-version.ts'
export type { Place, Removing, Scene } from './scene.ts'
export { heldAddress } from './steps-of.ts'
export { routesToNobody } from './stray-routes.ts'
export type { Configured, EndpointRef } from './to-endpoint.ts'
