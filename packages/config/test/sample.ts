import type { Result } from 'neverthrow'
import {
  type Addressing,
  addressing,
  type Caller,
  type Command,
  type ConfigProblem,
  fields,
  interfaceName,
  key,
  mapField,
  networkName,
  readDocument,
} from '../src/index.ts'

/** The keys of a plugin whose containers have addresses. */
export const sample = mapField(
  fields({
    name: networkName,
    eniName: key('eniName', interfaceName, 'an interface'),
    addressing: addressing(['ipAddresses', 'eniIPAddresses']),
  }),
  ({ addressing, ...others }) => ({ ...others, ...addressing }),
)

export function parseConfig(
  value: unknown,
  command?: Command,
  caller?: Caller,
): Result<Addressing & { readonly name: string }, readonly ConfigProblem[]> {
  return readDocument(value, sample, command, caller)
}
