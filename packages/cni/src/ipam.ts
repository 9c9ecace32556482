import { err, errAsync, ok, okAsync, ResultAsync } from 'neverthrow'
import { type Delegation, type DelegationError, type DelegationFailure, delegate, parseObject } from './delegate.ts'
import { addByPlugin, askPlugin, naming } from './delegated-commands.ts'
import { errorCodes } from './error.ts'
import { parseIpamResult } from './parse-result.ts'
import type { IpamResult } from './result.ts'
import { type ValidAttachment, withValidAttachments } from './valid-attachments.ts'
import { type SpecVersion, specVersions } from './version.ts'

const kind = 'IPAM plugin'

/**
 * Has an IPAM plugin reserve addresses. The caller has made sure that the attachment does not exist yet, and keeps ADDs of one
 * attachment apart.
 *
 * A plugin that is interrupted, or gives no answer that can be read, may have reserved something: it is asked to DEL at once, as
 * the specification wants. One that answers with an error is not: it has kept nothing of this ADD (host-local releases what it took,
 * static keeps no list, dhcp has no lease), and what it has for the same container ID and interface name is of an earlier ADD,
 * which may be in use: just that host-local refuses, as a duplicate allocation. A DEL would release it. Where it is in use by
 * nobody, the DEL of the runtime does, which follows every ADD in the end.
 *
 * The errors of this and the functions below name the plugin. An error that it answers with keeps its code; else the
 * code is 7 if it cannot be found, 4 without CNI_PATH, 5 if it cannot be executed or ends without an answer, 6 if its
 * answer cannot be read or is longer than 1 MiB, and 11 if it took longer than a minute, or was interrupted.
 *
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#section-4-plugin-delegation
 */
export function ipamAdd(delegation: Delegation): ResultAsync<IpamResult, DelegationError> {
  return addByPlugin(kind, delegation, {
    takesBackAfter: ['no answer'],
    parse: (document) => parseIpamResult(document, 'result'),
  })
}

/** Has an IPAM plugin release what it has reserved for the attachment. */
export function ipamDel(delegation: Delegation): ResultAsync<void, DelegationError> {
  return askPlugin(kind, delegation, 'DEL')
}

/** Asks an IPAM plugin whether what it has reserved for the attachment is still reserved. */
export function ipamCheck(delegation: Delegation): ResultAsync<void, DelegationError> {
  return askPlugin(kind, delegation, 'CHECK')
}

/** A call of a plugin that may be older than the command. */
export interface VersionedDelegation extends Delegation {
  /** The version of the network configuration. */
  readonly cniVersion: SpecVersion
}

/**
 * Has an IPAM plugin release what belongs to no valid attachment. One that does not implement the version of the
 * configuration, and so no GC, is asked for a DEL of each attachment that was collected.
 *
 * @param attachments those that the caller has removed, and those that it could not remove: their addresses are in use
 */
export function ipamGc(
  delegation: VersionedDelegation,
  { collected, kept }: { readonly collected: readonly ValidAttachment[]; readonly kept: readonly ValidAttachment[] },
): ResultAsync<void, DelegationError> {
  return delegate({ ...delegation, input: withValidAttachments(delegation.input, kept) }, 'GC')
    .map(() => undefined)
    .orElse((failure) =>
      otherVersions(delegation, failure).andThen((others) =>
        others === undefined ? errAsync(failure) : releaseEach(delegation, others, collected),
      ),
    )
    .mapErr(naming(kind, delegation))
}

/** Has a plugin of these versions release attachments. Goes on past an error, and returns the first one. */
function releaseEach(
  delegation: Delegation,
  versions: readonly string[],
  collected: readonly ValidAttachment[],
): ResultAsync<void, DelegationFailure> {
  const { CNI_NETNS: _, ...environment } = delegation.environment
  const input = inVersion(delegation.input, versions)
  return new ResultAsync(
    (async () => {
      let failure: DelegationFailure | undefined
      for (const { containerId, ifName } of collected) {
        const attachment = { ...environment, CNI_CONTAINERID: containerId, CNI_IFNAME: ifName }
        const released = await delegate({ ...delegation, input, environment: attachment }, 'DEL')
        if (released.isErr()) failure ??= released.error
      }
      return failure === undefined ? ok() : err(failure)
    })(),
  )
}

/** Returns the text of a configuration in the newest of some versions: a plugin refuses one that it does not implement. */
function inVersion(input: string, versions: readonly string[]): string {
  const cniVersion = specVersions.findLast((version) => versions.includes(version))
  return cniVersion === undefined ? input : JSON.stringify({ ...parseObject(input), cniVersion })
}

/**
 * Asks an IPAM plugin whether it could reserve addresses. The code is 50, in place of the others of `ipamAdd`, if it gives
 * no answer, and if it does not implement the version of the configuration.
 */
export function ipamStatus(delegation: VersionedDelegation): ResultAsync<void, DelegationError> {
  const code = errorCodes.notAvailable
  return delegate(delegation, 'STATUS')
    .map(() => undefined)
    .orElse((failure) =>
      otherVersions(delegation, failure).andThen((others) => {
        if (others !== undefined) {
          const details = `the configuration is of version "${delegation.cniVersion}"; supported: ${others.join(', ')}`
          return errAsync({ ...failure, error: { code, msg: 'incompatible CNI version', details } })
        }
        return errAsync(failure.kind === 'refused' ? failure : { ...failure, error: { ...failure.error, code } })
      }),
    )
    .mapErr(naming(kind, delegation))
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
