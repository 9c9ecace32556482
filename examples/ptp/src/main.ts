import { runAsCni } from '@vpc-bridge/plugin'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import { ptp } from './ptp.ts'

await runAsCni(ptp, { runtime: standaloneRuntime(), kernel: createRtnetlinkKernel(standaloneSyscalls()) })
