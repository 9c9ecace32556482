import { type Case, ipamType, proofs } from '@vpc-bridge/testing'
import { test } from 'vitest'
import { vpcBridge } from '../src/vpc-bridge.ts'

const base = { eniName: 'eth10', ipam: { type: ipamType } }

const prepare: Case['prepare'] = (kernel, host) =>
  kernel.addPhysicalLink(host, { name: 'eth10', mac: '02:00:00:00:00:10' })

test.each(
  proofs(vpcBridge, [
    { name: 'L3', configuration: base, prepare },
    { name: 'L3, TAP', configuration: { ...base, interfaceType: 'tap', tapUserID: '1000' }, prepare },
    { name: 'L2', configuration: { ...base, bridgeType: 'L2' }, prepare },
  ]),
)('$name', ({ run }) => run())
