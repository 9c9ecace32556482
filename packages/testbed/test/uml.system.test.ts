import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { output, run, runInUml } from '../src/index.ts'

const timeout = 300_000

// Temporary files of these tests, and the processes that name them, are to be told from all others.
let temporary: string
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'testbed-'))
  vi.stubEnv('TMPDIR', temporary)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temporary, { recursive: true, force: true })
})

/** What is left of User-Mode Linux: files, processes. */
async function left(): Promise<readonly string[]> {
  const processes = (await output(['ps', '-A', '-o', 'args='])).split('\n')
  return [...readdirSync(temporary), ...processes.filter((each) => each.includes(`${temporary}/uml-`))]
}

test('runInUml runs commands in order, each in a shell of its own, in a kernel with a real dummy driver', {
  timeout,
}, async () => {
  const [added, shown, failed, node, ...others] = await runInUml([
    'ip link add eth10 type dummy',
    'ip -j -d link show dev eth10',
    'echo oops >&2; exit 3',
    `${process.execPath} -p '6 * 7'`,
    ...Array.from({ length: 12 }, (_, index) => `pwd; echo \${seen:-${index}}; seen=yes; cd /tmp`),
  ])
  expect(others.map(({ stdout }) => stdout)).toEqual(others.map((_, index) => `/\n${index}\n`))
  expect(added).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect(JSON.parse(shown?.stdout ?? '')[0]).toMatchObject({ ifname: 'eth10', linkinfo: { info_kind: 'dummy' } })
  expect(failed).toEqual({ exitCode: 3, stdout: '', stderr: 'oops\n' })
  expect(node).toEqual({ exitCode: 0, stdout: '42\n', stderr: '' })
  expect(await left()).toEqual([])
  // The link was the other kernel's.
  expect((await run(['ip', 'link', 'show', 'dev', 'eth10'])).exitCode).not.toBe(0)
})

test('runInUml ends commands that take too long, and leaves nothing', { timeout }, async () => {
  const reached = join(temporary, 'reached')
  const runAtMost = (timeLimit: number) => runInUml(['true', `touch '${reached}'; sleep 1000`], { timeLimit })
  let ended: unknown
  // How long a boot takes is not known.
  for (let seconds = 10; !existsSync(reached); seconds *= 2)
    ended = await runAtMost(seconds * 1000).catch((error: Error) => error.message)
  expect(ended).toContain('did not finish command 1')
  rmSync(reached)
  await expect.poll(left, { timeout: 10_000 }).toEqual([])
})

test('runInUml leaves nothing when its process is killed', { timeout }, async () => {
  const reached = join(temporary, 'reached')
  const program = new URL('abandoned-uml.ts', import.meta.url).pathname
  const child = execFile(process.execPath, [program, reached])
  await expect.poll(() => existsSync(reached), { timeout: 120_000 }).toBe(true)
  child.kill('SIGKILL')
  rmSync(reached)
  await expect.poll(left, { timeout: 30_000 }).toEqual([])
})

test('runInUml says so when there is no User-Mode Linux', async () => {
  vi.stubEnv('PATH', temporary)
  await expect(runInUml(['true'])).rejects.toThrow('linux.uml')
})
