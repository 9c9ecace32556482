import { ipamType, proofs } from '@vpc-bridge/testing'
import { test } from 'vitest'
import { ptp } from '../src/ptp.ts'

const ipam = { type: ipamType }

test.each(
  proofs(ptp, [
    { name: 'With an IPAM plugin', configuration: { ipam } },
    { name: 'Masqueraded', configuration: { ipam, ipMasq: true } },
  ]),
)('$name', ({ run }) => run())
