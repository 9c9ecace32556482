/*
 * Run by Bun, not by the test runner: performs the conformance suite over Bun's system calls, and prints for each case its
 * name and what went wrong.
 */
import { conformanceCases } from '@vpc-bridge/kernel/conformance'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createScratch } from '@vpc-bridge/testbed'
import { bunSyscalls } from '../src/bun.ts'
import { createRtnetlinkKernel } from '../src/index.ts'

const kernel = createRtnetlinkKernel(bunSyscalls(), { macTranslator: nftTranslator() })
const scratch = await createScratch('bun')
for (const { name, run } of conformanceCases) {
  const failure = await run({ kernel, ...scratch }).then(
    () => undefined,
    (error: unknown) => String(error),
  )
  process.stdout.write(`${JSON.stringify({ name, failure })}\n`)
  await scratch.clear()
}
kernel.close()
await scratch.destroy()
