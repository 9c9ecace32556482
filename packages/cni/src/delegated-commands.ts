import { err, errAsync, okAsync, type Result, type ResultAsync } from 'neverthrow'
import {
  type Delegation,
  type DelegationError,
  type DelegationFailure,
  delegate,
  excerpt,
  parseObject,
} from './delegate.ts'
import { type CniError, errorCodes } from './error.ts'

/** How the ADD of another plugin is taken. */
interface Adding<T> {
  /** After which failures it is asked to DEL at once, as the specification wants. An interruption is no answer. */
  readonly takesBackAfter: readonly DelegationFailure['kind'][]
  /** Reads its answer; the error is one line. */
  readonly parse: (document: Readonly<Record<string, unknown>>) => Result<T, string>
}

/**
 * Has another plugin ADD.
 *
 * @param kind what messages call it: `IPAM plugin`
 */
export function addByPlugin<T>(
  kind: string,
  delegation: Delegation,
  { takesBackAfter, parse }: Adding<T>,
): ResultAsync<T, DelegationError> {
  return delegate(delegation, 'ADD')
    .andThen((stdout) => {
      const document = parseObject(stdout)
      return document === undefined ? err(noObject(stdout)) : parse(document).mapErr((msg) => unreadable({ msg }))
    })
    .orElse((failure) => (takesBackAfter.includes(failure.kind) ? takeBack(delegation, failure) : errAsync(failure)))
    .mapErr(naming(kind, delegation))
}

/** Has another plugin do what is answered by nothing. */
export function askPlugin(
  kind: string,
  delegation: Delegation,
  command: 'DEL' | 'CHECK',
): ResultAsync<void, DelegationError> {
  return delegate(delegation, command)
    .map(() => undefined)
    .mapErr(naming(kind, delegation))
}

/** The error of a failure, with the name of the plugin. */
export function naming(kind: string, { type }: Delegation): (failure: DelegationFailure) => DelegationError {
  return ({ error }) => ({ ...error, msg: `${kind} ${JSON.stringify(type)}: ${error.msg}` })
}

function noObject(stdout: string): DelegationFailure {
  const found = excerpt(stdout) || 'it wrote nothing'
  const details = `${found}; expected one JSON object on its standard output, and everything else on its standard error`
  return unreadable({ msg: 'the answer to ADD is not a JSON object', details })
}

function unreadable(error: Omit<CniError, 'code'>): DelegationFailure {
  return { kind: 'no answer', error: { code: errorCodes.decodingFailure, ...error } }
}

/** Has a plugin release what a failed ADD may have made, to the end. The failure remains that of the ADD. */
function takeBack(
  { interruption: _, ...delegation }: Delegation,
  failure: DelegationFailure,
): ResultAsync<never, DelegationFailure> {
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
