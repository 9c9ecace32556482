import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { commandLine } from '../src/command-line.ts'

describe('commandLine', () => {
  it('leaves plain words as they are', () => {
    expect(commandLine(['ip', 'link', 'set', 'dev', 'eth0.5', 'address', '02:00:00:00:00:01'])).toBe(
      'ip link set dev eth0.5 address 02:00:00:00:00:01',
    )
  })

  it.each([
    ['nothing', ''],
    ['a space', 'vpc test-container'],
    ['quotes', `it's "quoted"`],
    ['an expansion', '$(touch /tmp/x) `id` $HOME *'],
    ['a line end', 'a\nb'],
    ['a backslash', 'a\\b'],
    ['a comment', '#5'],
    ['letters beyond ASCII', 'größe'],
  ])('is taken apart by a shell into the same words: %s', async (_, word) => {
    const line = commandLine(['printf', '<%s>', 'before', word, 'after'])
    const { stdout } = await execa('sh', ['-c', line])
    expect(stdout).toBe(`<before><${word}><after>`)
  })
})
