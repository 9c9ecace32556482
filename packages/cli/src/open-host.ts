import type { CniError } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { hostPath } from '@vpc-bridge/plugin'
import type { ResultAsync } from 'neverthrow'
import { toCniError } from './tell-error.ts'
import type { Terminal } from './terminal.ts'

/** Opens the network namespace that the program runs in. */
export function openHost(terminal: Pick<Terminal, 'kernel' | 'program'>): ResultAsync<Netns, CniError> {
  return terminal.kernel.open(hostPath).mapErr((error) => toCniError(error, terminal))
}
