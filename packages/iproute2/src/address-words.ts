import type { Address } from '@vpc-bridge/kernel'

/** The arguments of `ip address delete`. */
export function addressWords({ address, peer, broadcast, dev }: Address): readonly string[] {
  const [host = '', length = ''] = address.split('/')
  return [
    ...(peer === undefined ? [address] : [host, 'peer', `${peer}/${length}`]),
    ...(broadcast === undefined ? [] : ['broadcast', broadcast]),
    ...['dev', dev],
  ]
}

/** The arguments of `ip address add`. */
export function newAddressWords(address: Address): readonly string[] {
  const { metric, noPrefixRoute, scope, label, validSeconds, preferredSeconds, flags = [], protocol } = address
  const isForever = validSeconds === undefined && preferredSeconds === undefined
  return [
    ...addressWords(address),
    ...(metric === undefined ? [] : ['metric', String(metric)]),
    ...(scope === undefined ? [] : ['scope', scope]),
    ...(label === undefined ? [] : ['label', label]),
    ...(protocol === undefined ? [] : ['proto', String(protocol)]),
    ...(isForever ? [] : ['valid_lft', lifetime(validSeconds), 'preferred_lft', lifetime(preferredSeconds)]),
    ...(noPrefixRoute ? ['noprefixroute'] : []),
    ...flags,
    // Without a search for duplicates, which IPv6 addresses would have to wait for.
    ...(address.address.includes(':') ? ['nodad'] : []),
  ]
}

function lifetime(seconds: number | undefined): string {
  return seconds === undefined ? 'forever' : String(seconds)
}
