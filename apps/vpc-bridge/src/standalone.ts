import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { bunSyscalls } from '@vpc-bridge/rtnetlink/bun'
import { start } from './start.ts'
import { syscallFiles } from './syscall-files.ts'
import { versionLine } from './version.ts'

const syscalls = bunSyscalls()
// Not awaited: a module that waits cannot become bytecode.
void start({
  kernel: createRtnetlinkKernel(syscalls, { macTranslator: nftTranslator() }),
  files: syscallFiles(syscalls),
  version: versionLine('rtnetlink'),
  executable: process.execPath,
})
