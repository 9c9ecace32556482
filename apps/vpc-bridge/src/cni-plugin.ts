import { cniPlugin, type ExplorablePlugin, ipsOf } from '@vpc-bridge/plugin'
import { okAsync } from 'neverthrow'
import { connect, refuseBeforehand } from './add.ts'
import { withIpamResult } from './addresses-from-ipam.ts'
import { check } from './check.ts'
import { del } from './del.ts'
import { exploration } from './explore.ts'
import { type Failure, toCniError } from './failure.ts'
import { gc } from './gc.ts'
import { status } from './status.ts'
import { type Configured, toAttachment } from './to-attachment.ts'
import { toResult } from './to-result.ts'

const plugin = cniPlugin<Configured, Failure>({
  type: 'vpc-bridge',
  configure: ({ document, containerId = '', ifName = '', netns, args = {} }, command, warn) =>
    toAttachment(document, { containerId, ifName, args, ...(netns === undefined ? {} : { netns }) }, command, warn),
  // Without an IPAM plugin nothing is done before the endpoint is looked for under the lock.
  refuse: (host, { attachment, ipam }) => (ipam === undefined ? okAsync() : refuseBeforehand(host, attachment)),
  withAddresses: (config, given, request) => withIpamResult(request, config, given, config.ipam?.type ?? ''),
  add: (host, { attachment, dns }, { args }, options) =>
    connect(host, attachment, options).map((added) => toResult(added, { dns, args })),
  del: (host, { attachment }, { prevResult, ifName }, options) => {
    const ips = prevResult === undefined ? [] : ipsOf(prevResult, ifName).map(({ address }) => address)
    const addresses = attachment.addresses.length === 0 ? ips : attachment.addresses
    return del(host, { ...attachment, addresses }, options)
  },
  check: (host, config, request) => check(request, config, host),
  gc: (host, config, request, options) => gc(request, config, host, options),
  status: (host, config) => status(config, host),
  toError: toCniError,
})

/** vpc-bridge as a CNI plugin. */
export const vpcBridge: ExplorablePlugin = { ...plugin, explore: exploration }
