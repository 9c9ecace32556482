import { nftMasquerader } from '@vpc-bridge/masquerade/nft'
import { runAsCni } from '@vpc-bridge/plugin'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import { ptp } from './ptp.ts'

const runtime = standaloneRuntime()
const masquerader = nftMasquerader(runtime)
await runAsCni(ptp, { runtime, kernel: createRtnetlinkKernel(standaloneSyscalls(), { masquerader }) })
