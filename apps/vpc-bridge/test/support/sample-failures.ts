import type { KernelError } from '@vpc-bridge/kernel'
import type { EngineFailure } from '@vpc-bridge/plugin'
import type { Failure } from '../../src/failure.ts'

/** One or several examples of each kind. */
type Samples<F extends { readonly kind: string }> = {
  readonly [K in F['kind']]: readonly [Extract<F, { readonly kind: K }>, ...Extract<F, { readonly kind: K }>[]]
}

function kernelError(operation: string, object: string, errno: string, message: string): KernelError {
  return { kind: 'kernel', operation, object, netns: '/proc/self/ns/net', errno, message }
}

const permission = kernelError('add link', 'bridge vpcbr2', 'EPERM', 'Operation not permitted')
const busy = kernelError('add address', '192.168.1.43/24 on eth0', 'EBUSY', 'Device or resource busy')
const rollback = { undone: [], left: [], failed: [] }
const step = 'address 192.168.1.43/24 on eth0 in the container'

/** Examples of the failures of every plugin. */
export const engineSamples: Samples<EngineFailure> = {
  refused: [
    { kind: 'refused', reasons: [{ code: 7, msg: 'what a rule of the plugin says, with the code of the rule' }] },
  ],
  'wrong configuration': [
    {
      kind: 'wrong configuration',
      problems: [{ path: 'mtu', found: 100, expected: 'a whole number from 1280 to 65535' }],
    },
  ],
  'namespace missing': [{ kind: 'namespace missing', netns: '/var/run/netns/blue' }],
  'not a namespace': [{ kind: 'not a namespace', netns: '/etc/passwd' }],
  "host's namespace": [{ kind: "host's namespace", netns: '/proc/1/ns/net' }],
  'interface exists': [{ kind: 'interface exists', ifName: 'eth0', netns: '/var/run/netns/blue' }],
  'endpoint elsewhere': [
    { kind: 'endpoint elsewhere', ifName: 'eth0', containerId: 'web-1', netns: '/var/run/netns/blue' },
  ],
  "network's namespace missing": [
    { kind: "network's namespace missing", netns: '/var/run/netns/bridges', key: 'bridgeNetNSPath' },
  ],
  "network's namespace": [{ kind: "network's namespace", netns: '/var/run/netns/bridges', key: 'bridgeNetNSPath' }],
  'address in use': [{ kind: 'address in use', address: '192.168.1.43', by: 'eth0 of container web-1' }],
  'no IPv6': [
    { kind: 'no IPv6', where: 'host', netns: '/proc/self/ns/net' },
    { kind: 'no IPv6', where: 'container', netns: '/var/run/netns/blue' },
  ],
  'IPv6 disabled': [
    {
      kind: 'IPv6 disabled',
      where: 'container',
      netns: '/var/run/netns/blue',
      setting: 'net/ipv6/conf/all/disable_ipv6',
    },
  ],
  'driver missing': [{ kind: 'driver missing', driver: 'veth' }],
  'bridge full': [{ kind: 'bridge full', bridge: 'vpcbr2', ports: 1023 }],
  'newer record': [{ kind: 'newer record', link: 'veth336b7889b90' }],
  'container ID too long': [{ kind: 'container ID too long', found: 'web-1…', most: 182 }],
  drift: [{ kind: 'drift', found: ['the route 192.168.1.43/32 on vpcbr2 is missing'] }],
  'not collected': [{ kind: 'not collected', problems: ['veth336b7889b90: Device or resource busy'] }],
  busy: [{ kind: 'busy', seconds: 30 }],
  'wait interrupted': [{ kind: 'wait interrupted', reason: 'SIGTERM' }],
  kernel: [permission, kernelError('look up', 'links', 'ENOPKG', 'there is no ip command')],
  'would fail': [{ kind: 'would fail', step, cause: busy }],
  'step failed': [
    { kind: 'step failed', step, cause: busy, rollback },
    {
      kind: 'step failed',
      step: 'veth veth336b7889b90',
      cause: permission,
      rollback: { ...rollback, failed: [{ what: 'delete link: link vpcbr2', cause: busy }] },
    },
    {
      kind: 'step failed',
      step: 'veth veth336b7889b90',
      cause: kernelError('add link', 'veth veth336b7889b90', 'EXFULL', 'Exchange full'),
      rollback,
    },
    {
      kind: 'step failed',
      step: 'route 192.168.1.43/32 on vpcbr2',
      cause: kernelError('add route', '192.168.1.43/32', 'EADDRINUSE', 'another endpoint has this address'),
      rollback,
    },
  ],
  interrupted: [{ kind: 'interrupted', reason: 'SIGTERM', rollback }],
  'not removed': [
    {
      kind: 'not removed',
      failed: [
        { step: 'bridge vpcbr2', cause: kernelError('delete link', 'link vpcbr2', 'EBUSY', 'Device or resource busy') },
      ],
    },
  ],
}

/** Examples of the failures that only vpc-bridge has. */
export const ownSamples: Samples<Exclude<Failure, EngineFailure>> = {
  'IPv6 in L2': [{ kind: 'IPv6 in L2', addresses: ['fd00::43/64'] }],
  'ENI missing': [
    { kind: 'ENI missing', eni: { by: 'name', name: 'eth10' } },
    { kind: 'ENI missing', eni: { by: 'mac', mac: '12:34:56:78:9a:bc' } },
  ],
  'other bridge type': [{ kind: 'other bridge type', network: 'vpc', found: 'L2', wanted: 'L3' }],
  'other ENI': [{ kind: 'other ENI', network: 'vpc', found: 'eth10', eni: 'eth11', mac: '12:34:56:78:9a:bc' }],
  'foreign bridge': [{ kind: 'foreign bridge', network: 'vpc', link: 'vpcbr2' }],
  'bridge of another': [{ kind: 'bridge of another', network: 'vpc', link: 'vpcbr2', other: 'vp' }],
  'no Ethernet': [{ kind: 'no Ethernet', eni: 'tun0' }],
  'ENI in use': [{ kind: 'ENI in use', eni: 'eth10', by: 'the bridge docker0' }],
}
