import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'

const packages = join(import.meta.dirname, '../..')

test.each(['config', 'plugin', 'testing'])(
  'The example in the README of %s runs, and prints what it says.',
  async (name) => {
    const [, program = ''] = /```ts\n(.*?)```/s.exec(readFileSync(join(packages, name, 'README.md'), 'utf8')) ?? []
    const promised = [...program.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line)
    expect(promised.length).toBeGreaterThan(0)
    const node = [process.execPath, '--conditions=@vpc-bridge/source', '--input-type=module-typescript', '-']
    const { stdout, stderr } = await run(node, { input: program, cwd: join(packages, 'testing') })
    expect(stderr).toBe('')
    expect(stdout.trim().split('\n')).toEqual(promised)
  },
)
