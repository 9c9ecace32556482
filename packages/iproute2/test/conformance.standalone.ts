/*
 * A standalone executable, not a file of the test runner: performs the conformance suite in its engine.
 */
import { conformanceCases, performCases } from '@vpc-bridge/kernel/conformance'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { nftMasquerader } from '@vpc-bridge/masquerade/nft'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import { createIproute2Kernel } from '../src/index.ts'

const runtime = standaloneRuntime()
const filters = { macTranslator: nftTranslator(runtime), masquerader: nftMasquerader(runtime) }
const kernel = createIproute2Kernel(runtime, standaloneSyscalls(), filters)
await performCases(conformanceCases, kernel, runtime)
kernel.close()
