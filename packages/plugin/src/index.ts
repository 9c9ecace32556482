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
export type { EndpointIdentity } from './names.ts'
export { type Program, runAsCni } from './run.ts'
