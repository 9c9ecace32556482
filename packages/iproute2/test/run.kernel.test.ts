import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { describe, expect, it } from 'vitest'
import { createRun } from '../src/run.ts'

const { runChild, environment } = nodeRuntime()
const run = createRun({ runChild, environment })

describe('run', () => {
  it('gives the standard output as it is', async () => {
    expect(await run(['printf', 'two\\nlines\\n\\n'])).toEqual(expect.objectContaining({ value: 'two\nlines\n\n' }))
  })

  it('passes arguments on untouched by any shell', async () => {
    const result = await run(['printf', '%s', '$(id) `id`; exit 3'])
    expect(result._unsafeUnwrap()).toBe('$(id) `id`; exit 3')
  })

  it('gives the C locale and a PATH, and nothing else', async () => {
    const given = { LANG: 'de_DE.UTF-8', SECRET: 'x', PATH: '/opt/tools' }
    const result = await createRun({ runChild, environment: given })(['env'])
    expect(result._unsafeUnwrap().trim().split('\n').toSorted()).toEqual([
      'LC_ALL=C',
      'PATH=/opt/tools:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ])
  })

  it('finds ip without a PATH', async () => {
    expect((await createRun({ runChild, environment: {} })(['ip', '-V']))._unsafeUnwrap()).toMatch(
      /^ip utility, iproute2/,
    )
  })

  it('names a program that is missing', async () => {
    expect((await run(['no-such-program']))._unsafeUnwrapErr()).toEqual({
      errno: 'ENOPKG',
      message: 'the program no-such-program is not there',
    })
  })

  it('names a program that is missing inside a namespace', async () => {
    const failure = (await run(['nsenter', '--net=/proc/self/ns/net', '--', 'no-such-program']))._unsafeUnwrapErr()
    expect(failure).toEqual({ errno: 'ENOPKG', message: 'the program no-such-program is not there' })
  })

  it('runs a program again that has read an inconsistent list', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'vpc-bridge-run-')), 'runs')
    const words = 'Dump was interrupted and may be inconsistent.'
    const script = (most: number) =>
      `echo x >> ${file}; n=$(wc -l < ${file}); [ $n -gt ${most} ] || echo '${words}' >&2; echo $n`
    expect((await run(['sh', '-c', script(3)]))._unsafeUnwrap()).toBe('4\n')
    expect((await run(['sh', '-c', script(1000)]))._unsafeUnwrapErr().message).toContain(words)
    await rm(dirname(file), { recursive: true })
  })

  it('ends a program that hangs', async () => {
    expect((await createRun({ runChild, environment }, 50)(['sleep', '1000']))._unsafeUnwrapErr()).toEqual({
      errno: 'ETIMEDOUT',
      message: 'sleep 1000 was killed: it took longer than 50 ms',
    })
  })

  it('tells of a program that was killed', async () => {
    expect((await run(['sh', '-c', 'kill -TERM $$']))._unsafeUnwrapErr().errno).toBe('EINTR')
  })

  it('tells of a program that fails without a word', async () => {
    const failure = (await run(['false']))._unsafeUnwrapErr()
    expect(failure.errno).toBe('EIO')
    expect(failure.message).toContain('false')
  })

  it('refuses what is too long for any argument', async () => {
    expect((await run(['echo', 'a'.repeat(65_544)]))._unsafeUnwrapErr().errno).toBe('EINVAL')
    expect((await run(['echo', 'a'.repeat(4096)]))._unsafeUnwrap()).toHaveLength(4097)
  })

  it('refuses null characters', async () => {
    expect((await run(['echo', 'a\0b']))._unsafeUnwrapErr().errno).toBe('EINVAL')
  })
})
