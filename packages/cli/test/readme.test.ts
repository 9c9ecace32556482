import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')

test('The program in the README is that of examples/ptp.', () => {
  const readme = readFileSync(join(root, 'packages/cli/README.md'), 'utf8')
  const [, program] = /```ts\n(.*?)```/s.exec(readme) ?? []
  expect(program).toBe(readFileSync(join(root, 'examples/ptp/src/main.ts'), 'utf8'))
})
