export { hostPath } from './cni/cni-plugin.ts'
export type { DefinedPlugin, PluginOptions } from './cni/defined-plugin.ts'
export { type Log, logFile, logged, openLog } from './cni/log.ts'
export { type Program, runAsCni } from './cni/run.ts'
export { runVersion } from './cni/run-version.ts'
export type { Checked } from './commands/check.ts'
export { type LockFailure, type Waiting, withLock } from './commands/lock.ts'
export { type PlannedStep, plan } from './commands/plan.ts'
export type { WalkOptions } from './commands/walk-options.ts'
export {
  type Compare,
  type ComparedStep,
  type Comparing,
  comparisonWith,
  type Drift,
} from './comparing/compare-steps.ts'
export { definePlugin, type EnginePlugin } from './define-plugin.ts'
export type { Adopted, Definition, NetworkBridge, OwnFailure, RecordKeys, Rule } from './definition/definition.ts'
export { own, type Phase, reach, recordedBy, type Steps, shared, withHostLink } from './definition/phase.ts'
export { rulesInTurn } from './definition/rules-in-turn.ts'
export { bridgeName, indexInBridgeName } from './endpoint/bridge-name.ts'
export { canonicalRoute, type GivenRoutes, givenRoutes } from './endpoint/canonical.ts'
export type {
  Addressing,
  Attached,
  Configured,
  Endpoint,
  EndpointIp,
  EndpointRef,
  EndpointRoute,
} from './endpoint/endpoint.ts'
export {
  containerMac,
  digest,
  type EndpointIdentity,
  hostVethName,
  isSameEndpoint,
  macFor,
  recordedName,
} from './endpoint/names.ts'
export type { MadeEndpoint, MadeInterface } from './endpoint/result.ts'
export { familiesByOthers, routesOf } from './endpoint/routes.ts'
export { heldAddress } from './endpoint/steps-of.ts'
export { engineCodes } from './errors/engine-codes.ts'
export { engineErrors } from './errors/engine-errors.ts'
export { type ErrorRows, type ErrorTable, errorTable } from './errors/error-table.ts'
export type { Failure as EngineFailure } from './errors/failure.ts'
export type {
  Asked,
  ExplorablePlugin,
  Exploration,
  RecordedEndpoint,
  ShownRecord,
  Subject,
} from './exploring/explore.ts'
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
} from './observation/card.ts'
export { hindrances, type Traffic } from './observation/hindrances.ts'
export { brokenInet6, type Inet6Switch, inet6Switches, readInet6 } from './observation/inet6.ts'
export { hasLinkKind, type LinkKind } from './observation/link-kinds.ts'
export { hasUnknownPort } from './observation/ports.ts'
export type { Place, Removing, Scene } from './observation/scene.ts'
export { routesToNobody } from './observation/stray-routes.ts'
export {
  type EndpointRecord,
  endpointsOn,
  type HostLink,
  hostLinkOf,
  longestContainerId,
  readEndpoint,
  type WrittenEndpoint,
  writeEndpoint,
} from './records/endpoint-record.ts'
export { type Entries, type RecordFormat, recordFormat } from './records/record.ts'
