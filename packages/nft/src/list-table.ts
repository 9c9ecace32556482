import type { PacketFilterFailure, PacketFilterNetns } from '@vpc-bridge/kernel'
import type { Runtime } from '@vpc-bridge/runtime'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { type Json, parseOutput } from './output.ts'
import { runNft } from './run-nft.ts'

/**
 * Lists a table of a namespace.
 *
 * @param table its family and name
 * @param read reads what nft printed
 * @returns `undefined` also when there is no such table, or no nft; errors as of `runNft`
 */
export function listTable<T>(
  runtime: Pick<Runtime, 'environment' | 'runChild'>,
  netns: PacketFilterNetns,
  table: object,
  read: (output: readonly Json[]) => T | undefined,
): ResultAsync<T | undefined, PacketFilterFailure> {
  return runNft(runtime, netns, [{ list: { table } }])
    .andThen(parseOutput)
    .map(read)
    .orElse((failure) => (['ENOENT', 'ENOPKG'].includes(failure.errno) ? okAsync(undefined) : errAsync(failure)))
}
