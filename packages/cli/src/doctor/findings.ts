import type { Netns } from '@vpc-bridge/kernel'
import { hasLinkKind, hindrances, type LinkKind, readInet6, type Traffic } from '@vpc-bridge/plugin'
import type { Finding } from './model.ts'
import type { System } from './system.ts'

/* What plugins look for on a host, each function one thing. They change nothing. */

/**
 * Looks for a driver of links; the first of several kinds that is there serves. Its ID is the first kind.
 *
 * @param host absent: its namespace cannot be opened
 */
export async function linkDriver(
  host: Netns | undefined,
  id: LinkKind,
  ...others: readonly LinkKind[]
): Promise<Finding> {
  const kinds = [id, ...others]
  const what = `${kinds.join(' or ')} links`
  if (host === undefined) return { id, what, state: 'unknown', found: 'nobody could be asked' }
  for (const kind of kinds) {
    const asked = await hasLinkKind(host, kind)
    if (asked.isErr()) return { id, what, state: 'unknown', found: `${asked.error.errno}: ${asked.error.message}` }
    if (asked.value) return { id, what, state: 'there', found: kind }
  }
  return { id, what, state: 'missing', found: 'the kernel has no driver', remedy: `modprobe ${id}` }
}

/** Looks for IPv6: `ipv6`. */
export async function inet6(host: Netns | undefined): Promise<Finding> {
  const shared = { id: 'ipv6', what: 'IPv6' } as const
  if (host === undefined) return { ...shared, state: 'unknown', found: 'nobody could be asked' }
  const read = await readInet6(host, 'host')
  if (read.isErr()) return { ...shared, state: 'unknown', found: `${read.error.errno}: ${read.error.message}` }
  const { setting, value } = read.value
  if (value === '0') return { ...shared, state: 'there', found: 'enabled' }
  return value === undefined
    ? { ...shared, state: 'missing', found: 'the kernel has none', remedy: 'boot it without ipv6.disable=1' }
    : { ...shared, state: 'missing', found: 'switched off', remedy: `sysctl -w ${setting.replaceAll('/', '.')}=0` }
}

/**
 * Looks for TUN/TAP devices: `tun`.
 *
 * @param own how this program is called
 */
export function tunDevice({ tunError }: System, own: string): Finding {
  const shared = { id: 'tun', what: 'TUN/TAP devices' } as const
  switch (tunError) {
    case undefined:
      return { ...shared, state: 'there', found: '/dev/net/tun' }
    case 'ENOENT': {
      const remedy = 'modprobe tun; if the file is still not there: mkdir -p /dev/net && mknod /dev/net/tun c 10 200'
      return { ...shared, state: 'missing', found: 'there is no /dev/net/tun', remedy }
    }
    case 'EACCES':
    case 'EPERM':
      return {
        ...shared,
        state: 'unknown',
        found: '/dev/net/tun is not open to this user',
        remedy: `sudo ${own} …`,
      }
    default:
      return { ...shared, state: 'missing', found: `/dev/net/tun: ${tunError}`, remedy: 'modprobe tun' }
  }
}

/**
 * Looks for a program, by its name.
 *
 * @param debian the package that has it
 */
export function installedProgram({ isInstalled }: System, name: string, debian: string): Finding {
  const shared = { id: name, what: `the program ${name}` }
  return isInstalled(name)
    ? { ...shared, state: 'there', found: 'installed' }
    : { ...shared, state: 'missing', found: 'not installed', remedy: `apt-get install ${debian}` }
}

/**
 * Looks for nftables for bridges: `nftables-bridge`.
 *
 * @param table a name for a test of the user's own
 */
export function nftablesForBridges({ kernelConfig }: System, table: string): Finding {
  const shared = { id: 'nftables-bridge', what: 'nftables for bridges' } as const
  if (kernelConfig === undefined) {
    const remedy = `to find out: nft --check add table bridge ${table}`
    return { ...shared, state: 'unknown', found: 'the kernel publishes no configuration that can be read', remedy }
  }
  const isThere = ['CONFIG_NF_TABLES', 'CONFIG_NF_TABLES_BRIDGE'].every((option) =>
    new RegExp(`^${option}=[ym]$`, 'm').test(kernelConfig),
  )
  return isThere
    ? { ...shared, state: 'there', found: 'CONFIG_NF_TABLES_BRIDGE' }
    : { ...shared, state: 'missing', found: 'the kernel is built without', remedy: 'boot a kernel of the distribution' }
}

/**
 * Looks for what keeps packets from endpoints.
 *
 * @param id in one word
 */
export async function passingPackets(host: Netns | undefined, id: string, traffic: Traffic): Promise<Finding> {
  const shared = { id, what: `packets that are ${traffic.way}` }
  if (host === undefined) return { ...shared, state: 'unknown', found: 'nobody could be asked' }
  return hindrances(host, traffic).match(
    ([first, ...others]): Finding => {
      if (first === undefined) return { ...shared, state: 'there', found: 'nothing is known to keep them' }
      const remedies = new Set([first, ...others].map(({ details }) => details))
      return { ...shared, state: 'missing', found: first.msg, remedy: [...remedies].join('; ') }
    },
    ({ errno, message }): Finding => ({ ...shared, state: 'unknown', found: `${errno}: ${message}` }),
  )
}
