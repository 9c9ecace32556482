import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { inside, run } from '@vpc-bridge/testbed'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from './support/build-executable.ts'
import { executable, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

/** Has the executable connect a container and remove it; returns the lines of strace(1) for each. */
async function traced(): Promise<{ readonly add: readonly string[]; readonly del: readonly string[] }> {
  const trace = join(await temporaryDirectory(), 'trace')
  const watched = ['strace', '-f', '-o', trace, ...program]
  const { host, blue } = await useWorld()
  const linesOf = async (command: 'ADD' | 'DEL') => {
    await succeed(watched, host, { command, netns: blue })
    return (await readFile(trace, 'utf8')).trim().split('\n')
  }
  return { add: await linesOf('ADD'), del: await linesOf('DEL') }
}

describe('an ADD or DEL', () => {
  test('opens only what it is about, starts no other program, and takes few system calls', async () => {
    for (const lines of Object.values(await traced())) {
      const opened = lines.flatMap((line) => /\bopen(?:at)?\([^"]*"([^"]*)"/.exec(line)?.[1] ?? [])
      expect(opened.length).toBeGreaterThan(0)
      // The lock opens its file anew, by the descriptor.
      const ofNetworks =
        /^\/proc\/(self|thread-self)\/ns\/net$|^\/proc\/self\/fd\/\d+$|^\/(var\/)?run\/netns\/|^\/proc\/sys\/net\//
      expect(opened.filter((path) => !ofNetworks.test(path) && path !== '/dev/null')).toEqual([])
      expect(lines.filter((line) => /\b(execve|fork|clone)/.test(line))).toHaveLength(1)
      expect(lines.length).toBeLessThan(250)
    }
  })

  test('takes less than 4 MiB of memory', async () => {
    const { host, blue } = await useWorld()
    const report = join(await temporaryDirectory(), 'report')
    const measured = ['/usr/bin/time', '--format=%M', '--output', report, ...program]
    for (const command of ['ADD', 'DEL'] as const) {
      await succeed(measured, host, { command, netns: blue })
      expect(Number(await readFile(report, 'utf8'))).toBeLessThan(4096)
    }
  })
})

test('the executable is smaller than 1.5 MiB, and needs no library', async () => {
  expect((await stat(executable)).size).toBeLessThan(1.5 * 1024 * 1024)
  const { host } = await useWorld()
  // Nothing but the program itself can be seen.
  const script = 'mount -t tmpfs tmpfs /mnt && cp "$1" /mnt/program && exec chroot /mnt /program --version'
  const { stdout } = await run(inside(host, ['unshare', '--mount', 'sh', '-c', script, 'sh', executable]))
  expect(stdout).toMatch(/^\d+\.\d+\.\d+ /)
})
