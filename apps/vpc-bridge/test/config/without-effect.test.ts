import { expect, test } from 'vitest'
import { vpcBridge } from '../../src/vpc-bridge.ts'
import { config } from '../support/runtime.ts'

const endpoint = { containerId: 'c1', ifName: 'eth0', netns: '/run/netns/blue' }

function warningsOf(command: 'ADD' | 'DEL'): readonly string[] {
  const warnings: string[] = []
  const document = { ...config, serviceCIDR: '10.100.0.0/16' }
  const asked = { document, endpoint, command, warn: (text: string) => warnings.push(text), program: 'vpc-bridge' }
  vpcBridge.explore.configure(asked)._unsafeUnwrap()
  return warnings
}

test('An ADD warns of each key of the reference plugin that has no effect here.', () => {
  expect(warningsOf('ADD')).toEqual([
    'eniIPAddresses has no effect here, but to tell the subnet of an address that a runtime asks for without prefix length',
    'vpcCIDRs has no effect here',
    'serviceCIDR has no effect here',
  ])
})

test('No other command repeats it.', () => {
  expect(warningsOf('DEL')).toEqual([])
})
