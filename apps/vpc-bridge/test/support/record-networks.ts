/*
 * Records what a version of the plugin leaves in the kernel, in every mode, as fixtures of upgrade.system.test.ts:
 *
 *   node test/support/record-networks.ts PROGRAM DIRECTORY
 *
 * Done once for each release that changes what it leaves; the directory is test/fixtures/networks/VERSION.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { createStage, recordedModes, recordNetwork, replayNetwork, stateOf } from './recorded-network.ts'

const [program = '', directory = ''] = process.argv.slice(2)
await mkdir(directory, { recursive: true })
for (const mode of recordedModes) {
  const [stage, other] = [await createStage(), await createStage()]
  try {
    const recorded = await recordNetwork(stage, [program], mode)
    await replayNetwork(other, recorded)
    if (!isDeepStrictEqual(await stateOf(other), await stateOf(stage))) throw new Error(`${mode} is not recorded whole`)
    await writeFile(join(directory, `${mode}.json`), `${JSON.stringify(recorded, null, 2)}\n`)
  } finally {
    await stage.destroy()
    await other.destroy()
  }
}
