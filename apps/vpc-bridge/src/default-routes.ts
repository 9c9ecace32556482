import type { Family, KernelError, Netns } from '@vpc-bridge/kernel'
import { familiesOf } from '@vpc-bridge/kernel/ip'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { EndpointRecord } from './alias.ts'
import type { Attachment } from './attachment.ts'

/**
 * The IP versions of which an endpoint gets no default route: an IPAM plugin gives none, or another interface of the container has
 * it. Of an endpoint that exists that is decided.
 */
export function familiesWithoutDefault(
  host: Netns,
  { addresses, interfaceType, ifName, netns, withoutDefault = [] }: Attachment & { readonly netns: string },
  record: EndpointRecord | undefined,
): ResultAsync<readonly Family[], KernelError> {
  return safeTry<readonly Family[], KernelError>(async function* () {
    if (record !== undefined && record.isUnfinished === undefined) return ok(record.withoutDefault ?? [])
    const container = yield* host.open(netns)
    const without: Family[] = []
    for (const family of familiesOf(addresses)) {
      const destination = family === 'inet' ? '0.0.0.0/0' : '::/0'
      // Of a virtual machine nobody here sees the routes.
      const found = interfaceType.type === 'tap' ? [] : yield* container.routes({ family, destination })
      const isOthers = found.length > 0 && found.every(({ dev }) => dev !== ifName)
      if (isOthers || withoutDefault.includes(family)) without.push(family)
    }
    return ok(without)
  })
}
