import {
  type Caller,
  type Command,
  type ConfigProblem,
  type Field,
  formatPrefix,
  mapField,
  readDocument,
} from '@vpc-bridge/config'
import { cardIdentity } from '@vpc-bridge/plugin'
import type { Result } from 'neverthrow'
import { keys } from './keys.ts'

/** A network configuration of vpc-bridge, complete and canonical. */
export type NetworkConfig = ReturnType<typeof complete>

type Read = typeof keys extends Field<infer T> ? T : never

/**
 * The keys of vpc-bridge with their meaning, as far as a command needs them.
 *
 * Every command needs `name` and the ENI, which tell one network from another. ADD needs an address besides, unless an IPAM
 * plugin gives it; CHECK has those of prevResult, DEL and GC those of the records, and STATUS is about no container. DEL and GC
 * do not look at what only the making of an endpoint needs: a wrong MTU must not keep a container from being removed.
 */
export const networkConfig = mapField(keys, complete)

/**
 * Reads a network configuration. Unknown keys are ignored, as the CNI specification demands.
 *
 * @param value the parsed JSON document
 * @returns the configuration, or everything that is wrong with it
 */
export function parseConfig(
  value: unknown,
  command?: Command,
  caller?: Caller,
): Result<NetworkConfig, readonly ConfigProblem[]> {
  return readDocument(value, networkConfig, command, caller)
}

function complete({ eni, addressing, eniAddresses, interfaceType: type, userId, ...others }: Read) {
  return {
    ...others,
    ...addressing,
    eni: cardIdentity(eni),
    eniAddresses: eniAddresses.map(formatPrefix),
    interface: type === 'veth' ? { type } : { type, userId },
  }
}
