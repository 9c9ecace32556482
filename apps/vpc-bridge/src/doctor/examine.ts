import type { Netns } from '@vpc-bridge/kernel'
import { hasLinkKind, type LinkKind } from '@vpc-bridge/plugin'
import type { Diagnosis, Finding, FindingId, Mode, State } from './model.ts'
import { networksOf } from './networks.ts'
import type { System } from './system.ts'

/** What is examined. */
export interface Patient {
  /** Absent: the host's network namespace cannot be opened. */
  readonly host?: Netns
  readonly system: System
  readonly logFile: string
  /** How this program is called. */
  readonly program: string
}

/** Finds out what a host has of what the plugin needs. Changes nothing. */
export async function examine({ host, system, logFile, program: own }: Patient): Promise<Diagnosis> {
  const findings: readonly Finding[] = [
    privileges(system, own),
    host === undefined
      ? { id: 'namespaces', what: 'network namespaces', state: 'missing', found: 'the own one cannot be opened' }
      : { id: 'namespaces', what: 'network namespaces', state: 'there', found: host.id },
    await driver(host, 'bridge', ['bridge']),
    await driver(host, 'veth', ['veth']),
    await driver(host, 'dummy', ['dummy', 'ifb']),
    await inet6(host),
    tun(system, own),
    nft(system),
    nftablesBridge(system),
    log(system, logFile),
    ...(host === undefined ? [] : await networksOf(host)),
  ]
  const l3: readonly FindingId[] = ['privileges', 'namespaces', 'bridge', 'veth', 'dummy']
  return {
    findings,
    modes: [
      modeOf('L3', l3, findings),
      modeOf('L3 with IPv6', [...l3, 'ipv6'], findings),
      modeOf('L2', [...l3, 'nft', 'nftables-bridge'], findings),
      modeOf('TAP', [...l3, 'tun'], findings),
    ],
  }
}

function modeOf(mode: string, needs: readonly FindingId[], findings: readonly Finding[]): Mode {
  const having = (state: State) => findings.filter((each) => needs.includes(each.id) && each.state === state)
  const lacks = having('missing').map(({ id }) => id)
  const unclear = having('unknown').map(({ id }) => id)
  const state = lacks.length > 0 ? 'missing' : unclear.length > 0 ? 'unknown' : 'there'
  return { mode, state, lacks, unclear }
}

/** Numbers of capabilities (linux/capability.h). */
const capabilities = { CAP_NET_BIND_SERVICE: 10n, CAP_NET_ADMIN: 12n, CAP_SYS_ADMIN: 21n } as const

function privileges(system: System, own: string): Finding {
  const what = 'privileges of root'
  const held = system.capabilities
  if (held === undefined) return { id: 'privileges', what, state: 'unknown', found: '/proc does not tell' }
  const lacking = Object.entries(capabilities).filter(([, bit]) => ((held >> bit) & 1n) === 0n)
  if (lacking.length === 0)
    return { id: 'privileges', what, state: 'there', found: Object.keys(capabilities).join(', ') }
  const found = `no ${lacking.map(([name]) => name).join(', ')}`
  return { id: 'privileges', what, state: 'missing', found, remedy: `sudo ${own} …` }
}

/** The first of several drivers that is there serves. */
async function driver(
  host: Netns | undefined,
  id: 'bridge' | 'veth' | 'dummy',
  kinds: readonly LinkKind[],
): Promise<Finding> {
  const what = `${kinds.join(' or ')} links`
  if (host === undefined) return { id, what, state: 'unknown', found: 'nobody could be asked' }
  for (const kind of kinds) {
    const asked = await hasLinkKind(host, kind)
    if (asked.isErr()) return { id, what, state: 'unknown', found: `${asked.error.errno}: ${asked.error.message}` }
    if (asked.value) return { id, what, state: 'there', found: kind }
  }
  return { id, what, state: 'missing', found: 'the kernel has no driver', remedy: `modprobe ${kinds[0]}` }
}

const disableInet6 = 'net/ipv6/conf/default/disable_ipv6'

async function inet6(host: Netns | undefined): Promise<Finding> {
  const shared = { id: 'ipv6', what: 'IPv6' } as const
  if (host === undefined) return { ...shared, state: 'unknown', found: 'nobody could be asked' }
  const value = await host.sysctl(disableInet6)
  return value.match<Finding>(
    (disabled) =>
      disabled === '0'
        ? { ...shared, state: 'there', found: 'enabled' }
        : {
            ...shared,
            state: 'missing',
            found: 'switched off',
            remedy: `sysctl -w ${disableInet6.replaceAll('/', '.')}=0`,
          },
    ({ errno, message }) =>
      errno === 'ENOENT'
        ? { ...shared, state: 'missing', found: 'the kernel has none', remedy: 'boot it without ipv6.disable=1' }
        : { ...shared, state: 'unknown', found: `${errno}: ${message}` },
  )
}

function tun({ tunError }: System, own: string): Finding {
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

function nft({ isInstalled }: System): Finding {
  const shared = { id: 'nft', what: 'the program nft' } as const
  return isInstalled('nft')
    ? { ...shared, state: 'there', found: 'installed' }
    : { ...shared, state: 'missing', found: 'not installed', remedy: 'apt-get install nftables' }
}

function nftablesBridge({ kernelConfig }: System): Finding {
  const shared = { id: 'nftables-bridge', what: 'nftables for bridges' } as const
  if (kernelConfig === undefined) {
    const remedy = 'to find out: nft --check add table bridge vpc-bridge-test'
    return { ...shared, state: 'unknown', found: 'the kernel publishes no configuration that can be read', remedy }
  }
  const isThere = ['CONFIG_NF_TABLES', 'CONFIG_NF_TABLES_BRIDGE'].every((option) =>
    new RegExp(`^${option}=[ym]$`, 'm').test(kernelConfig),
  )
  return isThere
    ? { ...shared, state: 'there', found: 'CONFIG_NF_TABLES_BRIDGE' }
    : { ...shared, state: 'missing', found: 'the kernel is built without', remedy: 'boot a kernel of the distribution' }
}

function log({ canWrite }: System, file: string): Finding {
  const shared = { id: 'log', what: 'the log file' } as const
  return canWrite(file)
    ? { ...shared, state: 'there', found: file }
    : {
        ...shared,
        state: 'missing',
        found: `${file} cannot be written (no command fails because of it)`,
        remedy: 'set VPC_CNI_LOG_FILE to another path',
      }
}
