export { createRtnetlinkKernel } from './rtnetlink-kernel.ts'
