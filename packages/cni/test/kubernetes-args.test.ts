import { expect, test } from 'vitest'
import { kubernetesArgs } from '../src/index.ts'

test('reads what containerd says of a pod, and ignores the rest', () => {
  const args = {
    IgnoreUnknown: '1',
    K8S_POD_NAMESPACE: 'default',
    K8S_POD_NAME: 'web-0',
    K8S_POD_INFRA_CONTAINER_ID: 'abc',
    K8S_POD_UID: 'd2c1',
  }
  expect(kubernetesArgs(args)).toStrictEqual({
    podNamespace: 'default',
    podName: 'web-0',
    infraContainerId: 'abc',
    ignoreUnknown: true,
  })
})

test('leaves out what is absent or empty', () => {
  expect(kubernetesArgs({ K8S_POD_NAME: '', other: 'x' })).toStrictEqual({ ignoreUnknown: false })
})

test.each([
  ['1', true],
  ['true', true],
  ['TRUE', true],
  ['0', false],
  ['false', false],
  ['yes', false],
])('takes IgnoreUnknown=%s for %s', (IgnoreUnknown, ignoreUnknown) => {
  expect(kubernetesArgs({ IgnoreUnknown })).toEqual({ ignoreUnknown })
})
