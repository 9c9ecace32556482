export type { Environment } from '@vpc-bridge/runtime'
export { answerVersion } from './answer-version.ts'
export type { Delegation, DelegationError } from './delegate.ts'
export { delegateAdd, delegateCheck, delegateDel } from './delegate-attachment.ts'
export type { Parameters } from './environment.ts'
export { type CniError, errorCodes, firstOwnErrorCode, internalErrorCode } from './error.ts'
export { ipamAdd, ipamCheck, ipamDel, ipamGc, ipamStatus, type VersionedDelegation } from './ipam.ts'
export { type KubernetesArgs, kubernetesArgs } from './kubernetes-args.ts'
export {
  anyInterfaceNameRule,
  containerIdRule,
  interfaceNameRule,
  isAnyInterfaceName,
  isContainerId,
  isInterfaceName,
} from './names.ts'
export type { Outcome } from './outcome.ts'
export type { PluginRuntime } from './plugin-runtime.ts'
export type { AddRequest, CheckRequest, DelRequest, GcRequest, Request, StatusRequest } from './request.ts'
export {
  type CniResult,
  formatResult,
  type IpamResult,
  mergeResult,
  type ResultDns,
  type ResultInterface,
  type ResultIp,
  type ResultRoute,
} from './result.ts'
export { type Plugin, runPlugin } from './run-plugin.ts'
export type { ValidAttachment } from './valid-attachments.ts'
export { newestVersion, type SpecVersion, specVersions } from './version.ts'
