import type { Setting } from '@vpc-bridge/cli'
import { type Family, isGone, type KernelError, type Netns } from '@vpc-bridge/kernel'
import { acceptRaPath, ipv4ForwardingPath, ipv6ForwardingPath } from '@vpc-bridge/route'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'

/** What a network's settings are about. */
export interface SettingsOf {
  readonly eni: string
  readonly bridge: string
  /** The IP versions that the network carries. */
  readonly families: readonly Family[]
}

/** Reads the settings that an L3 network depends on; those of an interface that is gone are not there. */
export function readSettings(
  host: Netns,
  { eni, bridge, families }: SettingsOf,
): ResultAsync<readonly Setting[], KernelError> {
  const inet = [
    { what: 'IPv4 forwarding', dev: eni, path: ipv4ForwardingPath(eni), wanted: '1' },
    { what: 'IPv4 forwarding', dev: bridge, path: ipv4ForwardingPath(bridge), wanted: '1' },
    { what: 'proxy ARP', dev: bridge, path: `net/ipv4/conf/${bridge}/proxy_arp`, wanted: '1' },
  ]
  const inet6 = [
    ...[eni, bridge].map((dev) => ({ what: 'IPv6 forwarding', dev, path: ipv6ForwardingPath(dev), wanted: '1' })),
    { what: 'router advertisements', dev: eni, path: acceptRaPath(eni), wanted: '2' },
    { what: 'router advertisements', dev: bridge, path: acceptRaPath(bridge), wanted: '0' },
  ]
  const wanted = [...(families.includes('inet') ? inet : []), ...(families.includes('inet6') ? inet6 : [])]
  return safeTry<readonly Setting[], KernelError>(async function* () {
    const settings: Setting[] = []
    for (const setting of wanted) {
      const value = yield* host
        .sysctl(setting.path)
        .orElse((error) => (isGone(error) ? okAsync(undefined) : errAsync(error)))
      if (value !== undefined) settings.push({ ...setting, value })
    }
    return ok(settings)
  })
}
