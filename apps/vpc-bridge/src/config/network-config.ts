import {
  type Caller,
  type Command,
  type ConfigProblem,
  type Field,
  formatPrefix,
  type LinkSelection,
  readDocument,
} from '@vpc-bridge/config'
import { err, ok, type Result } from 'neverthrow'
import { keys } from './keys.ts'

/**
 * Reads a network configuration as far as a command needs it. Keys that it does not know are ignored, as the CNI specification
 * demands.
 *
 * Every command needs `name` and the ENI, which tell one network from another. ADD needs an address besides, unless an IPAM
 * plugin gives it; CHECK has those of prevResult, DEL and GC those of the records, and STATUS is about no container. DEL and GC
 * do not look at what only the making of an endpoint needs: a wrong MTU must not keep a container from being removed.
 *
 * @param value the parsed JSON document
 * @returns the configuration, or everything that is wrong with it
 */
export function parseConfig(
  value: unknown,
  command?: Command,
  caller?: Caller,
): Result<NetworkConfig, readonly ConfigProblem[]> {
  return readDocument(value, keys, command, caller).andThen(({ eni, ...others }) =>
    // Where it is missing, that is a problem.
    eni === undefined ? err([]) : ok(complete(eni, others)),
  )
}

/** A network configuration of vpc-bridge, complete and canonical. */
export type NetworkConfig = ReturnType<typeof complete>

type Read = typeof keys extends Field<infer T> ? Omit<T, 'eni'> : never

function complete(eni: LinkSelection, { addressing, eniAddresses, interfaceType: type, userId, ...others }: Read) {
  return {
    ...others,
    ...addressing,
    eni,
    eniAddresses: eniAddresses.map(formatPrefix),
    interface: type === 'veth' ? { type } : { type, userId },
  }
}
