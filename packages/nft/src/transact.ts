import type { PacketFilterFailure, PacketFilterNetns } from '@vpc-bridge/kernel'
import type { Runtime } from '@vpc-bridge/runtime'
import type { ResultAsync } from 'neverthrow'
import { runNft } from './run-nft.ts'

/** Has nft change a namespace by commands: all of them or none. Parameters and errors are those of `runNft`. */
export function transact(
  runtime: Pick<Runtime, 'environment' | 'runChild'>,
  netns: PacketFilterNetns,
  commands: readonly object[],
): ResultAsync<void, PacketFilterFailure> {
  return runNft(runtime, netns, commands).map(() => undefined)
}
