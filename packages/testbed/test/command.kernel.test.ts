import { describe, expect, test } from 'vitest'
import { inside, output, run } from '../src/index.ts'

describe('run', () => {
  test('gives the outputs and the exit code', async () => {
    expect(await run(['sh', '-c', 'cat; echo err >&2; exit 7'], { input: 'in' })).toEqual({
      exitCode: 7,
      stdout: 'in',
      stderr: 'err',
    })
  })

  test('gives 128 and the number of the signal that ended a command', async () => {
    expect((await run(['sh', '-c', 'kill -KILL $$'])).exitCode).toBe(137)
  })

  test('does not hide that there is no such program', async () => {
    await expect(run(['/no/such/program'])).rejects.toThrow('/no/such/program')
  })

  test('gives a bare environment', async () => {
    const names = await output(['env'], { environment: { CNI_COMMAND: 'ADD' } })
    expect(names.split('\n').map((line) => line.split('=')[0])).toEqual(expect.arrayContaining(['PATH', 'CNI_COMMAND']))
    expect(names).not.toContain('HOME=')
  })
})

test('output does not take a failure for an output', async () => {
  await expect(output(['sh', '-c', 'echo why >&2; exit 7'])).rejects.toThrow(/ended with 7: why/)
  await expect(output(inside('/run/netns/no-such-namespace', ['true']))).rejects.toThrow('no-such-namespace')
})
