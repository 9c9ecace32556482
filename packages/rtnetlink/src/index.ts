export { createRtnetlinkKernel } from './rtnetlink-kernel.ts'
export { openFlags, type Syscalls } from './syscalls.ts'
