export { canonicalRoute, ipsOf, positionOf } from './canonical.ts'
export { cniPlugin, type DefinedPlugin, hostPath, type PluginOptions, type Walks } from './cni-plugin.ts'
export { type Compared, compareResult } from './compare-result.ts'
export { type Compare, type ComparedStep, type Comparing, comparisonWith, type Drift } from './compare-steps.ts'
export { definePlugin } from './define-plugin.ts'
export {
  type Definition,
  type Endpoint,
  type EndpointIp,
  type EndpointRoute,
  own,
  type Phase,
  type Rule,
  type Steps,
  shared,
} from './definition.ts'
export { driftsOf, type MadeInterface } from './drift.ts'
export { copyOfHost, dryRunOn } from './dry-run.ts'
export type { EndpointRecord } from './endpoint-record.ts'
export { type ErrorRows, type ErrorTable, errorTable } from './error-table.ts'
export type { Asked, Checked, ExplorablePlugin, Exploration, RecordedEndpoint, Subject } from './explore.ts'
export { engineCodes, engineErrors, type Failure as EngineFailure, hintForNamespace } from './failure.ts'
export { isComplete } from './is-complete.ts'
export { hasLinkKind, type LinkKind } from './link-kinds.ts'
export { type Held, type LockFailure, type Waiting, withEndpointLock, withLock } from './lock.ts'
export { type Log, logFile, logged, openLog } from './log.ts'
export { digest, type EndpointIdentity, hostVethName, isSameEndpoint, macFor } from './names.ts'
export { openContainer, openContainerIfPresent } from './open-container.ts'
export { type PlannedStep, plan } from './plan.ts'
export { maxAlias, type RecordFormat, recordFormat } from './record.ts'
export { reportedAddresses } from './result.ts'
export { type Program, runAsCni } from './run.ts'
export { type EndpointRef, withNamespace } from './to-endpoint.ts'
