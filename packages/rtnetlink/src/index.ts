export { createRtnetlinkKernel } from './kernel.ts'
