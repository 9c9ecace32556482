import type { Family, KernelError, Netns } from '@vpc-bridge/kernel'
import { familiesOf } from '@vpc-bridge/kernel/ip'
import { type Endpoint, familiesByOthers } from '@vpc-bridge/plugin'
import { okAsync, type ResultAsync } from 'neverthrow'
import type { VpcConfig } from '../config/vpc-config.ts'
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
  if (record !== undefined && record.isUnfinished === undefined) return okAsync(record.withoutDefault ?? [])
  const families = familiesOf(ips.map(({ address }) => address))
  // The routes of a virtual machine cannot be seen.
  const isHidden = container === undefined || type.type === 'tap'
  const byOthers = isHidden ? okAsync([]) : familiesByOthers(container, families, ifName)
  return byOthers.map((found) => families.filter((each) => found.includes(each) || withoutDefault.includes(each)))
}
