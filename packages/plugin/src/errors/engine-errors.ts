import { errorCodes } from '@vpc-bridge/cni'
import { describeProblem } from '@vpc-bridge/config'
import { describeKernelError, type KernelError } from '@vpc-bridge/kernel'
import { netnsName } from '@vpc-bridge/netns'
import type { Rollback } from '@vpc-bridge/step'
import { engineCodes } from './engine-codes.ts'
import type { ErrorRows } from './error-table.ts'
import type { Failure } from './failure.ts'

/** A row for each of the engine's failures. */
export const engineErrors: ErrorRows<Failure> = {
  refused: {
    code: ({ reasons }) => reasons[0]?.code ?? errorCodes.invalidConfiguration,
    text: ({ reasons }) => reasons.map(({ msg }) => msg).join('; '),
    hint: ({ reasons }) => reasons.map(({ details }) => details).find((details) => details !== undefined),
  },
  'wrong configuration': {
    code: errorCodes.invalidConfiguration,
    text: ({ problems }) => problems.map(describeProblem).join('; '),
  },
  'namespace missing': {
    code: errorCodes.unknownContainer,
    text: ({ netns }) => `there is no network namespace at ${netns}`,
    hint: ({ netns }) => hintForNamespace(netns),
  },
  'not a namespace': {
    code: errorCodes.invalidEnvironment,
    text: ({ netns }) => `${netns} is not a network namespace`,
    hint: () => 'name one that "ip netns list" lists, or a path such as /proc/PID/ns/net',
  },
  "host's namespace": {
    code: errorCodes.invalidEnvironment,
    text: ({ netns }) => `${netns} is the host's own network namespace; a container needs its own`,
    hint: () => 'name one that "ip netns list" lists',
  },
  'interface exists': {
    code: engineCodes.interfaceExists,
    text: ({ ifName, netns }) => `an interface named ${ifName} exists in ${netns} already`,
    hint: ({ ifName, netns }) =>
      `choose another name, or remove that one: nsenter --net=${netns} ip link delete ${ifName}`,
  },
  'endpoint elsewhere': {
    code: engineCodes.interfaceExists,
    text: ({ containerId, ifName, netns }) =>
      `container ${containerId} has an interface ${ifName} already, which is not in ${netns}`,
    hint: () => 'choose another container ID, or remove that interface first: DEL with the namespace that it is in',
  },
  "network's namespace missing": {
    code: errorCodes.invalidConfiguration,
    text: ({ netns, key }) => `there is no network namespace at ${netns} (${key})`,
    hint: ({ netns }) => hintForNamespace(netns),
  },
  "network's namespace": {
    code: errorCodes.invalidEnvironment,
    text: ({ netns, key }) => `${netns} is the network namespace of the network (${key}); a container needs its own`,
    hint: () => 'name one that "ip netns list" lists',
  },
  'address in use': {
    code: engineCodes.addressInUse,
    text: ({ by, address }) => `${by} has the address ${address} already`,
  },
  'no IPv6': {
    code: engineCodes.noInet6,
    text: (failure) => `the container has an IPv6 address, but there is no IPv6 ${placeOf(failure)}`,
  },
  'IPv6 disabled': {
    code: engineCodes.noInet6,
    text: (failure) =>
      `the container has an IPv6 address, but IPv6 is disabled ${placeOf(failure)} (${failure.setting} is not 0)`,
    hint: ({ where, setting, netns }) => {
      const command = `sysctl -w ${setting.replaceAll('/', '.')}=0`
      return where === 'host' ? command : `nsenter --net=${netns} ${command}`
    },
  },
  'driver missing': {
    code: engineCodes.kernel,
    text: ({ driver }) => `the kernel has no driver for ${driver} links`,
    hint: ({ driver }) => `modprobe ${driver}`,
  },
  'bridge full': {
    code: engineCodes.bridgeFull,
    text: ({ bridge, ports }) => `the bridge ${bridge} has ${ports} ports, as many as a bridge can have`,
  },
  'newer record': {
    code: engineCodes.newerRecord,
    text: ({ link }) => `${link} carries a record of a newer version, in a format that this version does not know`,
    hint: () => 'use the version that has made it, or a newer one',
  },
  'container ID too long': {
    code: errorCodes.invalidEnvironment,
    text: ({ found, most }) =>
      `the container ID ${JSON.stringify(found)} has more than ${most} bytes, for which an alias has room`,
  },
  drift: { code: engineCodes.drift, text: ({ found }) => `not as it was made: ${found.join('; ')}` },
  'not collected': {
    code: engineCodes.notRemoved,
    text: ({ problems }) => `not everything could be removed: ${problems.join('; ')}`,
  },
  busy: {
    code: errorCodes.tryAgainLater,
    text: ({ seconds }) => `other processes have been changing the networks of this host for ${seconds} seconds`,
    hint: () =>
      'try again; to see who holds the lock: ss -uanp "sport = 1", and for the first versions /proc/locks (FLOCK)',
  },
  'wait interrupted': {
    code: engineCodes.interrupted,
    text: ({ reason }) => `interrupted by ${reason} while other processes were changing the networks of this host`,
    hint: () => 'try again',
  },
  kernel: { code: engineCodes.kernel, text: describeKernelError, hint: hintForErrno },
  'would fail': {
    code: engineCodes.kernel,
    text: ({ step, cause }) => `${step} would fail: ${describeKernelError(cause)}`,
    hint: ({ cause }, program) => hintForErrno(cause, program),
  },
  'step failed': {
    code: ({ cause }) => codesOfErrno[cause.errno] ?? engineCodes.stepFailed,
    text: ({ step, cause, rollback }) => `${step}: ${describeKernelError(cause)}; ${describeRollback(rollback)}`,
    hint: ({ cause }, program) => hintForErrno(cause, program),
  },
  interrupted: {
    code: engineCodes.interrupted,
    text: ({ reason, rollback }) => `interrupted by ${String(reason)}; ${describeRollback(rollback)}`,
  },
  'not removed': {
    code: engineCodes.notRemoved,
    text: ({ failed }) => {
      const each = failed.map(({ step, cause }) => `${step} (${describeKernelError(cause)})`)
      return `could not remove ${each.join(', ')}; what else could be removed is gone`
    },
    hint: ({ failed }, program) =>
      failed.map(({ cause }) => hintForErrno(cause, program)).find((hint) => hint !== undefined),
  },
}

/** Errors of the kernel that have codes of their own: another endpoint has an address, and a bridge has no port left. */
const codesOfErrno: Readonly<Partial<Record<string, number>>> = {
  EADDRINUSE: engineCodes.addressInUse,
  EXFULL: engineCodes.bridgeFull,
}

function hintForErrno({ errno, netns }: KernelError, program: string): string | undefined {
  if (errno === 'EXFULL') return 'the bridge is full: it can have 1,023 ports'
  if (errno === 'EPERM' || errno === 'EACCES')
    return `run it as root: sudo ${program} …; in a container it needs CAP_NET_ADMIN, CAP_SYS_ADMIN and CAP_NET_BIND_SERVICE, too`
  if (errno === 'ENOENT' && netns.startsWith('/proc/self/')) return 'mount /proc: mount -t proc proc /proc'
  if (errno === 'ENOPKG') return 'on Debian: apt-get install iproute2 util-linux nftables'
  return undefined
}

function describeRollback({ failed, left }: Rollback<unknown>): string {
  if (failed.length > 0) return `the rollback left ${failed.length} change${failed.length === 1 ? '' : 's'} behind`
  const others = left.length === 0 ? '' : `, but for what others may rely on by now (${left.join(', ')})`
  return `all changes were rolled back${others}`
}

function placeOf({ where, netns }: { readonly where: 'host' | 'container'; readonly netns: string }): string {
  return where === 'host' ? 'on the host' : `in its namespace ${netns}`
}

/** Only what `ip netns` names can be made by it. */
function hintForNamespace(path: string): string {
  const name = netnsName(path)
  const list = '"ip netns list" lists the namespaces'
  return name === undefined ? list : `${list}; to make this one: ip netns add ${name}`
}
