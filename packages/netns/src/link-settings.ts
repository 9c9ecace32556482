import { changeReversibly, type KernelError, type Netns } from '@vpc-bridge/kernel'
import type { RecordUndo } from '@vpc-bridge/step'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'

/*
 * The settings of a link that decide about packets. A link that comes to a namespace starts with those of `default` there.
 */

/** Records have their values in this order: further ones go last. */
const settings = [
  'ipv4/conf/*/forwarding',
  'ipv6/conf/*/forwarding',
  'ipv6/conf/*/accept_ra',
  'ipv4/conf/*/rp_filter',
  'ipv6/conf/*/disable_ipv6',
  'ipv4/conf/*/proxy_arp',
  'ipv4/conf/*/arp_ignore',
  'ipv4/conf/*/arp_announce',
  'ipv4/conf/*/arp_filter',
  'ipv4/conf/*/arp_accept',
  'ipv4/conf/*/arp_notify',
  'ipv4/conf/*/accept_local',
  'ipv4/conf/*/accept_redirects',
  'ipv4/conf/*/accept_source_route',
  'ipv4/conf/*/send_redirects',
  'ipv4/conf/*/secure_redirects',
  'ipv4/conf/*/shared_media',
  'ipv4/conf/*/route_localnet',
  'ipv4/conf/*/src_valid_mark',
  'ipv4/conf/*/promote_secondaries',
  'ipv4/conf/*/log_martians',
  'ipv4/conf/*/disable_policy',
  'ipv4/conf/*/disable_xfrm',
  'ipv4/conf/*/proxy_arp_pvlan',
  'ipv4/conf/*/ignore_routes_with_linkdown',
  'ipv4/conf/*/drop_unicast_in_l2_multicast',
  'ipv4/conf/*/drop_gratuitous_arp',
  'ipv6/conf/*/addr_gen_mode',
  'ipv6/conf/*/autoconf',
  'ipv6/conf/*/accept_redirects',
  'ipv6/conf/*/accept_source_route',
  'ipv6/conf/*/accept_ra_defrtr',
  'ipv6/conf/*/accept_ra_pinfo',
  'ipv6/conf/*/accept_ra_rtr_pref',
  'ipv6/conf/*/accept_ra_mtu',
  'ipv6/conf/*/use_tempaddr',
  'ipv6/conf/*/accept_dad',
  'ipv6/conf/*/dad_transmits',
  'ipv6/conf/*/proxy_ndp',
  'ipv6/conf/*/ndisc_notify',
  'ipv6/conf/*/keep_addr_on_down',
  'ipv6/conf/*/ignore_routes_with_linkdown',
  'ipv6/conf/*/drop_unicast_in_l2_multicast',
  'ipv6/conf/*/drop_unsolicited_na',
] as const

/**
 * Looks up the settings of a link that differ from the namespace's `default`.
 *
 * @returns a value for each setting up to the last one that differs; empty for those that do not, or that the kernel lacks
 */
export function settingsOf(netns: Netns, name: string): ResultAsync<readonly string[], KernelError> {
  return safeTry<readonly string[], KernelError>(async function* () {
    const values: string[] = []
    for (const setting of settings) {
      const value = yield* optional(netns, pathOf(setting, name))
      const usual = value === '' ? '' : yield* optional(netns, pathOf(setting, 'default'))
      values.push(value === usual ? '' : value)
    }
    return ok(values.slice(0, values.findLastIndex((value) => value !== '') + 1))
  })
}

/**
 * Gives a link its settings.
 *
 * @param values as {@link settingsOf} has looked them up
 * @param undo the record of the step's walk
 */
export function giveSettings(
  netns: Netns,
  name: string,
  values: readonly string[],
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    for (const [n, value] of values.entries()) {
      const setting = settings[n]
      if (setting === undefined || value === '') continue
      const path = pathOf(setting, name)
      const now = yield* netns.sysctl(path)
      if (now === value) continue
      // A process that has switched it on for all links meanwhile relies on this one, too.
      const isSwitchedOff = path.endsWith('/forwarding') && value === '0'
      if (isSwitchedOff && (yield* netns.sysctl(pathOf(setting, 'all'))) !== '0') continue
      const write = (to: string) => ({ do: 'write sysctl', path, value: to }) as const
      yield* changeReversibly(netns, write(value), write(now), undo)
    }
    return ok()
  })
}

/** Returns `addr_gen_mode` of a link, by which the kernel makes its link-local addresses: `1` for none; empty without IPv6. */
export function addressGenerationOf(netns: Netns, name: string): ResultAsync<string, KernelError> {
  return optional(netns, pathOf('ipv6/conf/*/addr_gen_mode', name))
}

/** Reads a setting; empty if it is missing, as those of IPv6 may be. */
function optional(netns: Netns, path: string): ResultAsync<string, KernelError> {
  return netns.sysctl(path).orElse((error) => (error.errno === 'ENOENT' ? okAsync('') : errAsync(error)))
}

/** @param name of the link, or `all` or `default` */
function pathOf(setting: string, name: string): string {
  return `net/${setting.replace('*', () => name)}`
}
