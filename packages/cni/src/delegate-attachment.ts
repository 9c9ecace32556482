import type { ResultAsync } from 'neverthrow'
import type { Delegation, DelegationError } from './delegate.ts'
import { addByPlugin, askPlugin } from './delegated-commands.ts'
import { parseResult } from './parse-result.ts'
import type { CniResult } from './result.ts'

/**
 * Has another plugin make the attachment. If it fails, or is interrupted, it is asked to DEL at once.
 *
 * Errors of this and the functions below are as those of `ipamAdd`.
 */
export function delegateAdd(delegation: Delegation): ResultAsync<CniResult, DelegationError> {
  return addByPlugin('plugin', delegation, {
    takesBackAfter: ['refused', 'no answer'],
    parse: (document) => parseResult(document, 'result'),
  })
}

/** Has another plugin remove the attachment. */
export function delegateDel(delegation: Delegation): ResultAsync<void, DelegationError> {
  return askPlugin('plugin', delegation, 'DEL')
}

/** Asks another plugin whether the attachment is as its ADD left it. */
export function delegateCheck(delegation: Delegation): ResultAsync<void, DelegationError> {
  return askPlugin('plugin', delegation, 'CHECK')
}
