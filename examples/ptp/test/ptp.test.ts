import { ipamType, proofs } from '@vpc-bridge/testing'
import { test } from 'vitest'
import { ptp } from '../src/ptp.ts'

test.each(proofs(ptp, [{ name: 'With an IPAM plugin', configuration: { ipam: { type: ipamType } } }]))(
  '$name',
  ({ run }) => run(),
)
