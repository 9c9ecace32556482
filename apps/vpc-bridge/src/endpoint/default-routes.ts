import type { Family, KernelError, Netns } from '@vpc-bridge/kernel'
import { familiesOf } from '@vpc-bridge/kernel/ip'
import type { Endpoint } from '@vpc-bridge/plugin'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { VpcConfig } from '../config.ts'
import type { EndpointRecord } from './endpoint-record.ts'

/**
 * Returns the IP versions of which an endpoint gets no default route: an IPAM plugin gives none, or another interface of the container
 * has it. Of an endpoint that exists that is decided.
 *
 * @param container absent: nothing is made in it
 */
export function familiesWithoutDefault(
  container: Netns | undefined,
  { ips, ifName, config: { interface: type, withoutDefault = [] } }: Endpoint<VpcConfig>,
  record: EndpointRecord | undefined,
): ResultAsync<readonly Family[], KernelError> {
  return safeTry<readonly Family[], KernelError>(async function* () {
    if (record !== undefined && record.isUnfinished === undefined) return ok(record.withoutDefault ?? [])
    const without: Family[] = []
    for (const family of familiesOf(ips.map(({ address }) => address))) {
      const destination = family === 'inet' ? '0.0.0.0/0' : '::/0'
      // The routes of a virtual machine cannot be seen.
      const isHidden = container === undefined || type.type === 'tap'
      const found = isHidden ? [] : yield* container.routes({ family, destination })
      const isOthers = found.length > 0 && found.every(({ dev }) => dev !== ifName)
      if (isOthers || withoutDefault.includes(family)) without.push(family)
    }
    return ok(without)
  })
}
