import { type ConfigProblem, describeProblem } from '@vpc-bridge/config'
import { describeKernelError, type KernelError } from '@vpc-bridge/kernel'
import type { EniIdentity } from '@vpc-bridge/link'
import { netnsName } from '@vpc-bridge/netns'
import type { ApplyError, RehearseError, RevertError, Rollback } from '@vpc-bridge/step'
import type { BridgeType } from './endpoint.ts'

/** Why a command did not do what it was asked to. An ADD has left nothing behind, unless its rollback says so. */
export type Failure =
  | { readonly kind: 'wrong configuration'; readonly problems: readonly ConfigProblem[] }
  /** The L2 mode translates IPv4 only. */
  | { readonly kind: 'IPv6 in L2'; readonly addresses: readonly string[] }
  | { readonly kind: 'ENI missing'; readonly eni: EniIdentity }
  | { readonly kind: 'namespace missing'; readonly netns: string }
  | { readonly kind: 'not a namespace'; readonly netns: string }
  | { readonly kind: "host's namespace"; readonly netns: string }
  | { readonly kind: "bridge's namespace missing"; readonly netns: string }
  | { readonly kind: "bridge's namespace"; readonly netns: string }
  | {
      readonly kind: 'other bridge type'
      readonly network: string
      readonly found: BridgeType
      readonly wanted: BridgeType
    }
  /** The configuration names another link than the one that a network was made on. */
  | {
      readonly kind: 'other ENI'
      readonly network: string
      readonly found: string
      readonly eni: string
      readonly mac: string
    }
  | { readonly kind: 'foreign bridge'; readonly network: string; readonly link: string }
  | { readonly kind: 'no Ethernet'; readonly eni: string }
  | { readonly kind: 'ENI in use'; readonly eni: string; readonly by: string }
  | { readonly kind: 'address in use'; readonly address: string; readonly by: string }
  | { readonly kind: 'interface exists'; readonly ifName: string; readonly netns: string }
  /** The container has such an interface in another namespace than the ADD is for. */
  | {
      readonly kind: 'endpoint elsewhere'
      readonly ifName: string
      readonly containerId: string
      readonly netns: string
    }
  /** What a newer version of vpc-bridge has made. */
  | { readonly kind: 'newer record'; readonly link: string }
  | { readonly kind: 'name too long'; readonly what: string; readonly found: string; readonly most: number }
  | { readonly kind: 'container ID too long'; readonly found: string; readonly most: number }
  | { readonly kind: 'no IPv6'; readonly where: 'host' | 'container'; readonly netns: string }
  | {
      readonly kind: 'IPv6 disabled'
      readonly where: 'host' | 'container'
      readonly netns: string
      readonly setting: string
    }
  /** Each in words. */
  | { readonly kind: 'drift'; readonly found: readonly string[] }
  | { readonly kind: 'not collected'; readonly problems: readonly string[] }
  | { readonly kind: 'bridge full'; readonly bridge: string; readonly ports: number }
  | { readonly kind: 'driver missing'; readonly driver: string }
  | { readonly kind: 'busy'; readonly seconds: number }
  | { readonly kind: 'wait interrupted'; readonly reason: string }
  | KernelError
  | RehearseError<KernelError>
  | ApplyError<KernelError>
  | RevertError<KernelError>

/** What went wrong, in one line. */
export function describeFailure(failure: Failure): string {
  switch (failure.kind) {
    case 'wrong configuration':
      return failure.problems.map(describeProblem).join('; ')
    case 'IPv6 in L2':
      return `ipAddresses ${JSON.stringify(failure.addresses.join(', '))} with bridgeType "L2" is not supported: L2 carries IPv4 only`
    case 'ENI missing':
      return failure.eni.by === 'name'
        ? `no network interface is named ${failure.eni.name} (eniName)`
        : `no network interface has the MAC address ${failure.eni.mac} (eniMACAddress)`
    case 'namespace missing':
      return `there is no network namespace at ${failure.netns}`
    case 'not a namespace':
      return `${failure.netns} is not a network namespace`
    case "host's namespace":
      return `${failure.netns} is the host's own network namespace; a container needs its own`
    case "bridge's namespace missing":
      return `there is no network namespace at ${failure.netns} (bridgeNetNSPath)`
    case "bridge's namespace":
      return `${failure.netns} is the network namespace of the bridge (bridgeNetNSPath); a container needs its own`
    case 'other bridge type':
      return `the network ${failure.network} is there with bridgeType "${failure.found}", not "${failure.wanted}"`
    case 'other ENI':
      return `the network ${failure.network} was made on the ENI with the MAC address ${failure.mac}, which is named ${failure.eni} now; ${failure.found} (eniName) is another interface`
    case 'foreign bridge':
      return `${failure.link} exists, and is not of vpc-bridge: the bridge of the network ${failure.network} is to have that name`
    case 'no Ethernet':
      return `${failure.eni} has no MAC address: an ENI is an Ethernet interface`
    case 'ENI in use':
      return `${failure.eni} is in use by ${failure.by}`
    case 'address in use':
      return `${failure.by} has the address ${failure.address} already`
    case 'interface exists':
      return `an interface named ${failure.ifName} exists in ${failure.netns} already`
    case 'endpoint elsewhere':
      return `container ${failure.containerId} has an interface ${failure.ifName} already, which is not in ${failure.netns}`
    case 'newer record':
      return `${failure.link} carries a record of a newer vpc-bridge, in a format that this version does not know`
    case 'name too long':
      return `${failure.what} would be ${JSON.stringify(failure.found)}, which has more than ${failure.most} bytes`
    case 'container ID too long':
      return `the container ID ${JSON.stringify(failure.found)} has more than ${failure.most} bytes, for which an alias has room`
    case 'no IPv6':
      return `the container has an IPv6 address, but there is no IPv6 ${placeOf(failure)}`
    case 'IPv6 disabled':
      return `the container has an IPv6 address, but IPv6 is disabled ${placeOf(failure)} (${failure.setting} is not 0)`
    case 'drift':
      return `not as it was made: ${failure.found.join('; ')}`
    case 'not collected':
      return `not everything could be removed: ${failure.problems.join('; ')}`
    case 'bridge full':
      return `the bridge ${failure.bridge} has ${failure.ports} ports, as many as a bridge can have`
    case 'driver missing':
      return `the kernel has no driver for ${failure.driver} links`
    case 'busy':
      return `others have been changing the networks of this host for ${failure.seconds} seconds`
    case 'wait interrupted':
      return `interrupted by ${failure.reason} while others were changing the networks of this host`
    case 'kernel':
      return describeKernelError(failure)
    case 'would fail':
      return `${failure.step} would fail: ${describeKernelError(failure.cause)}`
    case 'step failed':
      return `${failure.step}: ${describeKernelError(failure.cause)}; ${describeRollback(failure)}`
    case 'interrupted':
      return `interrupted by ${String(failure.reason)}; ${describeRollback(failure)}`
    case 'not removed':
      return `could not remove ${failure.failed
        .map(({ step, cause }) => `${step} (${describeKernelError(cause)})`)
        .join(', ')}; what else could be removed is gone`
  }
}

/**
 * What to type next, where there is something to type.
 *
 * @param program how this program is called
 */
export function hintFor(failure: Failure, program = 'vpc-bridge'): string | undefined {
  switch (failure.kind) {
    case 'ENI missing':
      return failure.eni.by === 'name'
        ? `"ip link show" lists the interfaces; to experiment: ip link add ${failure.eni.name} type dummy`
        : '"ip link show" lists the interfaces and their MAC addresses'
    case 'namespace missing':
    case "bridge's namespace missing":
      return hintForNamespace(failure.netns)
    case 'not a namespace':
      return 'name one that "ip netns list" lists, or a path such as /proc/PID/ns/net'
    case "bridge's namespace":
    case "host's namespace":
      return 'name one that "ip netns list" lists'
    case 'other ENI':
      return `set eniName to ${failure.eni}; for a network on ${failure.found}, give it another name`
    case 'foreign bridge':
      return `rename that interface, or remove it: ip link delete ${failure.link}`
    case 'interface exists':
      return `choose another name, or remove that one: nsenter --net=${failure.netns} ip link delete ${failure.ifName}`
    case 'endpoint elsewhere':
      return 'choose another container ID, or remove that interface first: DEL with the namespace that it is in'
    case 'newer record':
      return 'use the vpc-bridge that has made it, or a newer one'
    case 'IPv6 disabled':
      return failure.where === 'host'
        ? `sysctl -w ${dotted(failure.setting)}=0`
        : `nsenter --net=${failure.netns} sysctl -w ${dotted(failure.setting)}=0`
    case 'wrong configuration':
    case 'IPv6 in L2':
    case 'no Ethernet':
    case 'other bridge type':
    case 'ENI in use':
    case 'name too long':
    case 'container ID too long':
    case 'address in use':
    case 'no IPv6':
    case 'drift':
    case 'not collected':
    case 'bridge full':
      return undefined
    case 'busy':
      return 'try again; to see who holds the lock: ss -uanp "sport = 1", and for the first versions /proc/locks (FLOCK)'
    case 'wait interrupted':
      return 'try again'
    case 'driver missing':
      return `modprobe ${failure.driver}`
    case 'kernel':
      return hintForErrno(failure, program)
    case 'would fail':
    case 'step failed':
      return hintForErrno(failure.cause, program)
    case 'not removed':
      return failure.failed.map(({ cause }) => hintForErrno(cause, program)).find((hint) => hint !== undefined)
    case 'interrupted':
      return undefined
  }
}

/** How a step says that another endpoint has an address. */
export const addressInUse = 'EADDRINUSE'

/** What the kernel answers to a port too many. */
export const noRoom = 'EXFULL'

function hintForErrno({ errno, netns }: KernelError, program: string): string | undefined {
  if (errno === noRoom) return 'the bridge is full: it can have 1,023 ports'
  if (errno === 'EPERM' || errno === 'EACCES')
    return `run it as root: sudo ${program} …; in a container it needs CAP_NET_ADMIN, CAP_SYS_ADMIN and CAP_NET_BIND_SERVICE, too`
  if (errno === 'ENOENT' && netns.startsWith('/proc/self/')) return 'mount /proc: mount -t proc proc /proc'
  if (errno === 'ENOPKG') return 'on Debian: apt-get install iproute2 util-linux nftables'
  return undefined
}

function describeRollback({ rollback }: { readonly rollback: Rollback<unknown> }): string {
  const { failed, left } = rollback
  if (failed.length > 0) return `the rollback left ${failed.length} change${failed.length === 1 ? '' : 's'} behind`
  const others = left.length === 0 ? '' : `, but for what others may rely on by now (${left.join(', ')})`
  return `all changes were rolled back${others}`
}

function placeOf({ where, netns }: { readonly where: 'host' | 'container'; readonly netns: string }): string {
  return where === 'host' ? 'on the host' : `in its namespace ${netns}`
}

function dotted(path: string): string {
  return path.replaceAll('/', '.')
}

/** Only what `ip netns` names can be made by it. */
function hintForNamespace(path: string): string {
  const name = netnsName(path)
  const list = '"ip netns list" lists the namespaces'
  return name === undefined ? list : `${list}; to make this one: ip netns add ${name}`
}
