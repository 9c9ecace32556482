import { expect, test } from 'vitest'
import { fail, program } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

test('a runtime is told where the thread cannot return to its own namespace', async () => {
  const { host, blue } = await useWorld()
  // The first call enters the container's.
  const refused = ['strace', '-f', '-o', '/dev/null', '-e', 'inject=setns:error=EPERM:when=2', ...program]
  expect(await fail(refused, host, { command: 'ADD', netns: blue })).toEqual({
    cniVersion: '1.1.0',
    code: 999,
    msg: 'the thread cannot return to its own network namespace',
  })
})
