import { conformanceCases } from '@vpc-bridge/kernel/conformance'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { nftMasquerader } from '@vpc-bridge/masquerade/nft'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { createScratch, type Scratch } from '@vpc-bridge/testbed'
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest'
import { createIproute2Kernel } from '../src/index.ts'

const kernel = createIproute2Kernel({
  macTranslator: nftTranslator(nodeRuntime()),
  masquerader: nftMasquerader(nodeRuntime()),
})
let scratch: Scratch

beforeAll(async () => {
  scratch = await createScratch('iproute2')
})
afterEach(() => scratch.clear())
afterAll(async () => {
  kernel.close()
  await scratch.destroy()
})

describe('iproute2 on the real kernel', () => {
  for (const { name, run } of conformanceCases) test(name, () => run({ kernel, ...scratch }))
})
