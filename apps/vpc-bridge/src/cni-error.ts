import { type CniError, errorCodes, firstOwnErrorCode } from '@vpc-bridge/cni'
import { addressInUse, describeFailure, type Failure, hintFor, noRoom } from './failure.ts'

/** The codes of this plugin's own errors. The README explains them. */
const ownCodes = {
  eniMissing: firstOwnErrorCode,
  interfaceExists: firstOwnErrorCode + 1,
  kernel: firstOwnErrorCode + 2,
  stepFailed: firstOwnErrorCode + 3,
  interrupted: firstOwnErrorCode + 4,
  notRemoved: firstOwnErrorCode + 5,
  noInet6: firstOwnErrorCode + 6,
  drift: firstOwnErrorCode + 7,
  bridgeFull: firstOwnErrorCode + 8,
  eniInUse: firstOwnErrorCode + 9,
  addressInUse: firstOwnErrorCode + 10,
  newerRecord: firstOwnErrorCode + 11,
} as const

/** A failure as the CNI protocol reports it. */
export function toCniError(failure: Failure): CniError {
  const hint = hintFor(failure)
  return { code: codeOf(failure), msg: describeFailure(failure), ...(hint === undefined ? {} : { details: hint }) }
}

function codeOf(failure: Failure): number {
  switch (failure.kind) {
    case 'wrong configuration':
    case 'name too long':
    case 'no Ethernet':
    case "bridge's namespace missing":
    case 'other bridge type':
    case 'other ENI':
      return errorCodes.invalidConfiguration
    case 'IPv6 in L2':
      return errorCodes.unsupportedField
    case 'namespace missing':
      return errorCodes.unknownContainer
    case 'container ID too long':
    case 'not a namespace':
    case "bridge's namespace":
    case "host's namespace":
      return errorCodes.invalidEnvironment
    case 'ENI missing':
      return ownCodes.eniMissing
    case 'ENI in use':
      return ownCodes.eniInUse
    case 'address in use':
      return ownCodes.addressInUse
    case 'foreign bridge':
    case 'interface exists':
    case 'endpoint elsewhere':
      return ownCodes.interfaceExists
    case 'newer record':
      return ownCodes.newerRecord
    case 'no IPv6':
    case 'IPv6 disabled':
      return ownCodes.noInet6
    case 'drift':
      return ownCodes.drift
    case 'bridge full':
      return ownCodes.bridgeFull
    case 'driver missing':
    case 'kernel':
    case 'would fail':
      return ownCodes.kernel
    case 'step failed':
      return codeOfStep(failure.cause.errno)
    case 'busy':
      return errorCodes.tryAgainLater
    case 'interrupted':
    case 'wait interrupted':
      return ownCodes.interrupted
    case 'not collected':
    case 'not removed':
      return ownCodes.notRemoved
  }
}

function codeOfStep(errno: string): number {
  if (errno === addressInUse) return ownCodes.addressInUse
  return errno === noRoom ? ownCodes.bridgeFull : ownCodes.stepFailed
}
