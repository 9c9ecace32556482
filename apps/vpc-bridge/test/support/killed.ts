import { createIproute2Kernel } from '@vpc-bridge/iproute2'
import { intercept } from '@vpc-bridge/kernel'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { add } from '../../src/add.ts'
import { attachmentOf } from './attachment.ts'
import { clock } from './clock.ts'

// An ADD that is killed after its n-th operation: see kill.test.ts.
const [host = '', blue = '', mode = '', away = '', nth = ''] = process.argv.slice(2)
let done = 0
const kernel = createIproute2Kernel({ macTranslator: nftTranslator(nodeRuntime()) })
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
