import { type KernelError, type Netns, type Recorded, record } from '@vpc-bridge/kernel'
import type { Rehearsal } from '@vpc-bridge/step'
import type { ResultAsync } from 'neverthrow'
import { copyOfHost } from './copy-of-host.ts'

/** A copy of the host's network configuration, and of what can be reached from it, to try things on. */
export function rehearsalOf(host: Netns): ResultAsync<Rehearsal<Netns, Recorded>, KernelError> {
  return copyOfHost(host).map(record)
}
