import { runAsCni } from '@vpc-bridge/plugin'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import { vpcBranchEni } from './vpc-branch-eni.ts'

await runAsCni(vpcBranchEni, { runtime: standaloneRuntime(), kernel: createRtnetlinkKernel(standaloneSyscalls()) })
