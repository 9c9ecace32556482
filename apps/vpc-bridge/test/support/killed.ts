import { intercept } from '@vpc-bridge/kernel'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { attachmentOf } from './attachment.ts'
import { clock } from './clock.ts'
import { add } from './walks.ts'

// An ADD that is killed after its n-th operation: see kill.system.test.ts.
const [host = '', blue = '', mode = '', away = '', nth = ''] = process.argv.slice(2)
let done = 0
const kernel = createRtnetlinkKernel(nodeSyscalls(), { macTranslator: nftTranslator(nodeRuntime()) })
const netns = (await kernel.open(host))._unsafeUnwrap()
const killed = intercept(netns, (_, __, proceed) =>
  proceed().map(() => {
    done += 1
    if (done === Number(nth)) process.kill(process.pid, 'SIGKILL')
  }),
)
const result = await add(killed, attachmentOf(mode, blue, away), { clock })
process.exitCode = result.isOk() ? 0 : 1
kernel.close()
