import { firstOwnErrorCode } from '@vpc-bridge/cni'

/** The engine's own error codes, the same for every plugin; a plugin's own come between them, or after. */
export const engineCodes = {
  interfaceExists: firstOwnErrorCode + 1,
  kernel: firstOwnErrorCode + 2,
  stepFailed: firstOwnErrorCode + 3,
  interrupted: firstOwnErrorCode + 4,
  notRemoved: firstOwnErrorCode + 5,
  noInet6: firstOwnErrorCode + 6,
  drift: firstOwnErrorCode + 7,
  bridgeFull: firstOwnErrorCode + 8,
  addressInUse: firstOwnErrorCode + 10,
  newerRecord: firstOwnErrorCode + 11,
} as const
