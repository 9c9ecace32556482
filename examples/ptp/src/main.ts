import { start } from '@vpc-bridge/cli'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import { ptp } from './ptp.ts'

const kernel = createRtnetlinkKernel(standaloneSyscalls())
await start(ptp, { runtime: standaloneRuntime(), kernel, version: '0.1.0' })
