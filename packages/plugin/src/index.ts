export { type Compared, compareResult } from './compare-result.ts'
export { type DefinedPlugin, definePlugin, hostPath, type PluginOptions } from './define-plugin.ts'
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
export { type Log, logFile, logged, logStep, openLog } from './log.ts'
export type { EndpointIdentity } from './names.ts'
export { reportedAddresses } from './result.ts'
export { type Program, runAsCni } from './run.ts'
export { withNamespace } from './to-endpoint.ts'
