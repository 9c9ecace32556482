import type { CniError } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { engineErrors, errorTable, hostPath } from '@vpc-bridge/plugin'
import type { ResultAsync } from 'neverthrow'
import type { Terminal } from './terminal.ts'

/** Opens the network namespace that the program runs in. */
export function openHost({ kernel, program }: Pick<Terminal, 'kernel' | 'program'>): ResultAsync<Netns, CniError> {
  return kernel.open(hostPath).mapErr((error) => errorTable(engineErrors, program).toCniError(error))
}
