import { conformanceCases } from '@vpc-bridge/kernel/conformance'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { nftMasquerader } from '@vpc-bridge/masquerade/nft'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { createScratch, type Scratch } from '@vpc-bridge/testbed'
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest'
import { createRtnetlinkKernel } from '../src/index.ts'

const kernel = createRtnetlinkKernel(nodeSyscalls(), {
  macTranslator: nftTranslator(nodeRuntime()),
  masquerader: nftMasquerader(nodeRuntime()),
})
let scratch: Scratch

beforeAll(async () => {
  scratch = await createScratch('rtnetlink')
})
afterEach(() => scratch.clear())
afterAll(async () => {
  kernel.close()
  await scratch.destroy()
})

describe('rtnetlink on the real kernel', () => {
  for (const { name, run } of conformanceCases) test(name, () => run({ kernel, ...scratch }))
})
