import { start } from '@vpc-bridge/cli'
import { nftMasquerader } from '@vpc-bridge/masquerade/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import { ptp } from './ptp.ts'

const runtime = standaloneRuntime()
const masquerader = nftMasquerader(runtime)
const kernel = createRtnetlinkKernel(standaloneSyscalls(), { masquerader })
await start(ptp, { runtime, kernel, version: '0.1.0' })
