import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { bunSyscalls } from '@vpc-bridge/rtnetlink/bun'
import { start } from './start.ts'
import { syscallFiles } from './syscall-files.ts'
import { versionLine } from './version.ts'

/** What the C library of the platform is called; the build puts it here. */
declare const VPC_BRIDGE_LIBC: string

const syscalls = bunSyscalls(VPC_BRIDGE_LIBC)
// Not awaited: a module that waits cannot become bytecode.
void start({
  kernel: createRtnetlinkKernel(syscalls, { macTranslator: nftTranslator() }),
  files: syscallFiles(syscalls),
  version: versionLine('rtnetlink'),
  executable: process.execPath,
})
