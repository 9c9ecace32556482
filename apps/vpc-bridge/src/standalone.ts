import { internalErrorCode, newestVersion } from '@vpc-bridge/cni'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { bunSyscalls } from '@vpc-bridge/rtnetlink/bun'
import { start } from './start.ts'
import { syscallFiles } from './syscall-files.ts'

// Not awaited: a module that waits cannot become bytecode.
void run().catch(giveUp)

async function run(): Promise<never> {
  const syscalls = bunSyscalls()
  return start({
    kernel: createRtnetlinkKernel(syscalls, { macTranslator: nftTranslator() }),
    files: syscallFiles(syscalls),
    driver: 'rtnetlink',
    executable: process.execPath,
  })
}

/** Ends a process that cannot even make system calls, as when it may not have the memory to compile them. */
function giveUp(error: unknown): void {
  const msg = `cannot start: ${error instanceof Error ? error.message : String(error)}`
  process.stderr.write(`${msg}\n`)
  if (process.env['CNI_COMMAND'] !== undefined) {
    const document = { cniVersion: newestVersion, code: internalErrorCode, msg }
    process.stdout.write(`${JSON.stringify(document)}\n`)
  }
  process.exitCode = 1
}
