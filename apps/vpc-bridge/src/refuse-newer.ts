import type { Link } from '@vpc-bridge/kernel'
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from './failure.ts'
import { isNewerRecord } from './record-text.ts'

/** Refuses to touch what only a newer version of vpc-bridge knows how to. */
export function refuseNewer(...links: readonly (Link | undefined)[]): Result<void, Failure> {
  const newer = links.find((link) => isNewerRecord(link?.alias))
  return newer === undefined ? ok() : err({ kind: 'newer record', link: newer.name })
}
