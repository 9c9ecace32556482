import { runAsCni } from '@vpc-bridge/plugin'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import { vpcEni } from './vpc-eni.ts'

await runAsCni(vpcEni, { runtime: standaloneRuntime(), kernel: createRtnetlinkKernel(standaloneSyscalls()) })
