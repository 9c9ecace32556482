import type { KernelError } from '@vpc-bridge/kernel'
import { expect, test } from 'vitest'
import { type Failure, toCniError } from '../src/failure.ts'

function kernelError(errno: string): KernelError {
  const said = { operation: 'add link', object: 'bridge vpcbr2', netns: '/host', message: 'as the kernel says it' }
  return { kind: 'kernel', ...said, errno }
}

const rollback = { undone: ['delete link: link vpcbr2'], left: [], failed: [] }
const stuck = { undone: [], left: [], failed: [{ what: 'delete link: link vpcbr2', cause: kernelError('EBUSY') }] }

test.each<[Failure, number, string, string | undefined]>([
  [
    { kind: 'ENI missing', eni: { by: 'name', name: 'eth7' } },
    100,
    'no network interface is named eth7',
    'ip link add eth7',
  ],
  [{ kind: 'ENI missing', eni: { by: 'mac', mac: '02:00:00:00:00:07' } }, 100, '02:00:00:00:00:07', '"ip link show"'],
  [{ kind: 'namespace missing', netns: '/var/run/netns/blue' }, 3, 'no network namespace at', 'ip netns add blue'],
  [{ kind: 'not a namespace', netns: '/etc/passwd' }, 4, '/etc/passwd is not', '"ip netns list"'],
  [{ kind: "host's namespace", netns: '/proc/1/ns/net' }, 4, "the host's own", '"ip netns list"'],
  [{ kind: 'interface exists', ifName: 'eth0', netns: '/b' }, 101, 'named eth0 exists in /b', 'ip link delete eth0'],
  [{ kind: 'bridge of another', network: 'a', link: 'abr2', other: 'b' }, 7, 'of the network b', 'another name'],
  [kernelError('EPERM'), 102, 'EPERM: as the kernel says it', 'run it as root'],
  [kernelError('ENOPKG'), 102, 'ENOPKG', 'apt-get install iproute2'],
  [{ kind: 'would fail', step: 'bridge', cause: kernelError('EEXIST') }, 102, 'bridge would fail', undefined],
  [{ kind: 'step failed', step: 'bridge', cause: kernelError('EIO'), rollback }, 103, 'were rolled back', undefined],
  [
    { kind: 'step failed', step: 'bridge', cause: kernelError('EIO'), rollback: stuck },
    103,
    'left 1 change behind',
    undefined,
  ],
  [
    { kind: 'step failed', step: 'bridge', cause: kernelError('EIO'), rollback: { ...rollback, left: ['sysctl x'] } },
    103,
    'rolled back, but for what others may rely on by now (sysctl x)',
    undefined,
  ],
  [{ kind: 'interrupted', reason: 'SIGINT', rollback }, 104, 'interrupted by SIGINT; all changes', undefined],
  [
    { kind: 'not removed', failed: [{ step: 'bridge', cause: kernelError('EBUSY') }] },
    105,
    'bridge (add link',
    undefined,
  ],
])('%j has a code, words, and what to type next', (failure, code, words, next) => {
  const { msg, details, code: found } = toCniError(failure)
  expect(found).toBe(code)
  expect(msg).toContain(words)
  if (next === undefined) expect(details).toBeUndefined()
  else expect(details).toContain(next)
})
