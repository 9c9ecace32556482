import { err, errAsync, okAsync, type Result, ResultAsync } from 'neverthrow'
import { type Delegation, type DelegationFailure, delegate, excerpt, parseObject } from './delegate.ts'
import { type CniError, errorCodes } from './error.ts'
import type { IpamResult } from './result.ts'
import type { SpecVersion } from './version.ts'

/**
 * Has an IPAM plugin reserve addresses. If it fails, it is asked to DEL at once, as the specification wants.
 *
 * The errors of this and the functions below name the plugin. An error that it answers with keeps its code; else the
 * code is 7 if it cannot be found, 4 without CNI_PATH, 5 if it cannot be executed or ends without an answer, 6 if its
 * answer cannot be read, and 11 if it took too long.
 *
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#section-4-plugin-delegation
 */
export function ipamAdd(delegation: Delegation): ResultAsync<IpamResult, CniError> {
  return delegate(delegation, 'ADD')
    .andThen((stdout) => new ResultAsync(reservationOf(stdout)))
    .orElse((failure) => (failure.kind === 'not started' ? errAsync(failure) : takeBack(delegation, failure)))
    .mapErr(({ error }) => naming(delegation, error))
}

/** Has an IPAM plugin release what it has reserved for the attachment. */
export function ipamDel(delegation: Delegation): ResultAsync<void, CniError> {
  return delegate(delegation, 'DEL')
    .map(nothing)
    .mapErr(({ error }) => naming(delegation, error))
}

/** Asks an IPAM plugin whether what it has reserved for the attachment is still reserved. */
export function ipamCheck(delegation: Delegation): ResultAsync<void, CniError> {
  return delegate(delegation, 'CHECK')
    .map(nothing)
    .mapErr(({ error }) => naming(delegation, error))
}

/** A call of a plugin that may be older than the command. */
export interface VersionedDelegation extends Delegation {
  /** The version of the network configuration. */
  readonly cniVersion: SpecVersion
}

/**
 * Has an IPAM plugin release what belongs to no valid attachment. One that does not implement the version of the
 * configuration is passed over: it has reserved nothing by it.
 */
export function ipamGc(delegation: VersionedDelegation): ResultAsync<void, CniError> {
  return delegate(delegation, 'GC')
    .map(nothing)
    .orElse((failure) =>
      otherVersions(delegation, failure).andThen((others) => (others === undefined ? errAsync(failure) : okAsync())),
    )
    .mapErr(({ error }) => naming(delegation, error))
}

/**
 * Asks an IPAM plugin whether it could reserve addresses. The code is 50, in place of the others of `ipamAdd`, if it gives
 * no answer, and if it does not implement the version of the configuration.
 */
export function ipamStatus(delegation: VersionedDelegation): ResultAsync<void, CniError> {
  const code = errorCodes.notAvailable
  return delegate(delegation, 'STATUS')
    .map(nothing)
    .orElse((failure) =>
      otherVersions(delegation, failure).andThen((others) => {
        if (others !== undefined) {
          const details = `the configuration is of version "${delegation.cniVersion}"; supported: ${others.join(', ')}`
          return errAsync({ code, msg: 'incompatible CNI version', details })
        }
        return errAsync(failure.kind === 'refused' ? failure.error : { ...failure.error, code })
      }),
    )
    .mapErr((error) => naming(delegation, error))
}

/**
 * The versions that a plugin implements, if that of the configuration is not one of them; `undefined` if it is, or if
 * there is no telling.
 *
 * Plugins are not asked beforehand: that is a process more each time. And what they answer to a command that they do not
 * know differs: code 1 or 4, and 3 from those of the containernetworking project before 1.1.0.
 */
function otherVersions(
  delegation: VersionedDelegation,
  { kind }: DelegationFailure,
): ResultAsync<readonly string[] | undefined, never> {
  if (kind !== 'refused') return okAsync(undefined)
  return delegate(delegation, 'VERSION')
    .map((stdout) => {
      const versions = parseObject(stdout)?.['supportedVersions']
      if (!Array.isArray(versions) || versions.includes(delegation.cniVersion)) return undefined
      return versions.map(String)
    })
    .orElse(() => okAsync(undefined))
}

async function reservationOf(stdout: string): Promise<Result<IpamResult, DelegationFailure>> {
  const document = parseObject(stdout)
  if (document === undefined) {
    const details = excerpt(stdout) || 'it wrote nothing'
    return err(unreadable({ msg: 'the answer to ADD is not a JSON object', details }))
  }
  const { parseIpamResult } = await import('./parse-result.ts')
  return parseIpamResult(document, 'result').mapErr((msg) => unreadable({ msg }))
}

function unreadable(error: Omit<CniError, 'code'>): DelegationFailure {
  return { kind: 'no answer', error: { code: errorCodes.decodingFailure, ...error } }
}

/** Has a plugin release what a failed ADD may have reserved. The failure remains that of the ADD. */
function takeBack(delegation: Delegation, failure: DelegationFailure): ResultAsync<never, DelegationFailure> {
  return delegate(delegation, 'DEL')
    .map(() => failure)
    .orElse(({ error: { msg } }) => {
      const details = [failure.error.details, `DEL failed as well: ${msg}`]
        .filter((text) => text !== undefined)
        .join('; ')
      return okAsync({ ...failure, error: { ...failure.error, details } })
    })
    .andThen((added) => err(added))
}

function naming({ type }: Delegation, error: CniError): CniError {
  return { ...error, msg: `IPAM plugin ${JSON.stringify(type)}: ${error.msg}` }
}

function nothing(): void {}
