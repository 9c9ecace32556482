export type { Environment, Parameters } from './environment.ts'
export { type CniError, errorCodes, firstOwnErrorCode, internalErrorCode } from './error.ts'
export { containerIdRule, interfaceNameRule, isContainerId, isInterfaceName } from './names.ts'
export {
  type CniResult,
  formatResult,
  type ResultDns,
  type ResultInterface,
  type ResultIp,
  type ResultRoute,
} from './result.ts'
export { type Invocation, type Outcome, type Plugin, type Request, runPlugin } from './run-plugin.ts'
export { type SpecVersion, specVersions } from './version.ts'
