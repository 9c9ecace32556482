import { fileURLToPath } from 'node:url'
import { run } from '@vpc-bridge/testbed'
import { describe, expect, test } from 'vitest'

/** The system's own, which may be an older version than that of the workspace. */
const node = '/usr/bin/node'
const version = await run([node, '--version']).then(
  ({ stdout }) => stdout.slice(1),
  () => '',
)
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

describe.skipIf(version === '' || Number.parseInt(version, 10) >= 22)('an old version of Node.js', () => {
  const words = `vpc-bridge needs Node.js 22 or later, and this is ${version}`

  test('is refused by a sentence', async () => {
    const { exitCode, stdout, stderr } = await run([node, main, '--version'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^${words}: .*\\.?$`))
  })

  test('is refused as the CNI specification has it', async () => {
    const { exitCode, stdout, stderr } = await run([node, main], { environment: { CNI_COMMAND: 'VERSION' } })
    expect({ exitCode, error: JSON.parse(stdout) }).toEqual({
      exitCode: 1,
      error: { cniVersion: '1.1.0', code: 999, msg: stderr },
    })
  })
})
