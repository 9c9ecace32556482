import { err, ok, type Result } from 'neverthrow'
import { parseObject } from './delegate.ts'
import { type CniError, errorCodes } from './error.ts'

/** An attachment that still exists, as the runtime says. */
export interface ValidAttachment {
  /** CNI_CONTAINERID of its ADD. */
  readonly containerId: string
  /** CNI_IFNAME of its ADD. */
  readonly ifName: string
}

/** The key of the specification, and the one that it had before 1.1.0 was final: libcni writes both. */
const keys = ['cni.dev/valid-attachments', 'cni.dev/attachments'] as const

/**
 * Reads the attachments that a GC has to leave alone. `null` is an empty list, as Go writes one that has no entries: all there is
 * may go. Absent is not empty: no runtime says then which attachments exist.
 *
 * @returns `undefined` without a list; an error of code 7 that tells all that is wrong
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md#gc-clean-up-any-stale-resources
 */
export function validAttachmentsOf(
  document: Readonly<Record<string, unknown>>,
): Result<readonly ValidAttachment[] | undefined, CniError> {
  const key = keys.find((each) => document[each] !== undefined)
  if (key === undefined) return ok(undefined)
  const value = document[key] ?? []
  if (!Array.isArray(value)) return wrong(`${key} must be a list of {"containerID", "ifname"}`)
  const attachments = value.map(attachmentOf)
  const right = attachments.filter((attachment) => attachment !== undefined)
  if (right.length === attachments.length) return ok(right)
  const places = attachments.flatMap((attachment, index) => (attachment === undefined ? [`${key}[${index}]`] : []))
  return wrong(`${places.join(', ')} must have containerID and ifname, each a text that is not empty`)
}

/** Returns the text of a configuration with further valid attachments. */
export function withValidAttachments(input: string, further: readonly ValidAttachment[]): string {
  if (further.length === 0) return input
  const document = parseObject(input) ?? {}
  const lists = keys.map((key) => document[key]).filter((list) => Array.isArray(list))
  const entries = further.map(({ containerId, ifName }) => ({ containerID: containerId, ifname: ifName }))
  return JSON.stringify({ ...document, [keys[0]]: [...(lists[0] ?? []), ...entries] })
}

function attachmentOf(entry: unknown): ValidAttachment | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined
  const { containerID, ifname }: { containerID?: unknown; ifname?: unknown } = entry
  if (typeof containerID !== 'string' || typeof ifname !== 'string') return undefined
  return containerID === '' || ifname === '' ? undefined : { containerId: containerID, ifName: ifname }
}

function wrong(msg: string): Result<never, CniError> {
  return err({ code: errorCodes.invalidConfiguration, msg })
}
