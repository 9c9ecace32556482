/**
 * The error codes of the CNI specification, section "Error". A plugin's own begin at {@link firstOwnErrorCode}.
 *
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#error
 */
export const errorCodes = {
  incompatibleVersion: 1,
  unsupportedField: 2,
  unknownContainer: 3,
  invalidEnvironment: 4,
  ioFailure: 5,
  decodingFailure: 6,
  invalidConfiguration: 7,
  tryAgainLater: 11,
  notAvailable: 50,
  notAvailableLimited: 51,
} as const

/** Codes from here on are the plugin's own. */
export const firstOwnErrorCode = 100

/** Code of an error that is a bug of the plugin. */
export const internalErrorCode = 999

/** An error as a plugin reports it. */
export interface CniError {
  readonly code: number
  /** What went wrong, in one line. */
  readonly msg: string
  /** What helps to mend it. */
  readonly details?: string
}

/** The JSON document that goes to the standard output. */
export function formatError(cniVersion: string, { code, msg, details }: CniError): string {
  return `${JSON.stringify({ cniVersion, code, msg, ...(details === undefined ? {} : { details }) })}\n`
}
