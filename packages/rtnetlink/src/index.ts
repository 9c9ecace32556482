export { createRtnetlinkKernel } from './rtnetlink-kernel.ts'
export type { Syscalls } from './syscalls.ts'
