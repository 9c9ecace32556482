import type { Netns } from '@vpc-bridge/kernel'
import { isNoNetns } from '@vpc-bridge/netns'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { Attachment } from './attachment.ts'
import type { Failure } from './failure.ts'

/** The namespace that ENI and bridge of a network are in, or are to be in. */
export interface Site {
  readonly netns: Netns
  /** Absent: it is the host's own. */
  readonly path?: string
}

/** Opens the namespace of a network's bridge, which must be there. */
export function openSite(host: Netns, attachment: Attachment): ResultAsync<Site, Failure> {
  return siteIfThere(host, attachment).andThen((site) => {
    if (site !== undefined) return okAsync(site)
    const { bridgeNetns: netns = '' } = attachment
    return errAsync<Site, Failure>({ kind: "bridge's namespace missing", netns })
  })
}

/** @returns `undefined` when the namespace is gone */
export function siteIfThere(host: Netns, { bridgeNetns }: Attachment): ResultAsync<Site | undefined, Failure> {
  if (bridgeNetns === undefined) return okAsync({ netns: host })
  return host
    .open(bridgeNetns)
    .map((netns): Site | undefined => (netns.id === host.id ? { netns: host } : { netns, path: bridgeNetns }))
    .orElse((error) => (isNoNetns(error) ? okAsync(undefined) : errAsync<undefined, Failure>(error)))
}
