import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ChildOptions } from '../../src/child.ts'
import { nodeRunChild } from '../../src/node/run-child.ts'

const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }

function sh(script: string, options: Partial<ChildOptions> = {}) {
  return nodeRunChild('sh', ['-c', script], { environment, timeoutMs: 20_000, outputLimitBytes: 1_000_000, ...options })
}

/** Runs a program that imports `nodeRunChild` by Node.js, started by a shell. */
function inNode(program: string, start: string) {
  const module = fileURLToPath(new URL('../../src/node/run-child.ts', import.meta.url))
  const source = `import { nodeRunChild } from ${JSON.stringify(module)}
    const options = { environment: process.env, timeoutMs: 10_000, outputLimitBytes: 100_000 }
    ${program}`
  const words = ['-c', start, 'bash', process.execPath, '--input-type=module', '-e', source]
  const { status, stdout, stderr } = spawnSync('bash', words, { encoding: 'utf8', timeout: 30_000 })
  return { status, stdout, stderr }
}

function isRunning(pid: string): boolean {
  try {
    // Field 3 of proc_pid_stat(5), behind the name in parentheses. A zombie is its parent's affair.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z')
  } catch {
    return false
  }
}

describe('nodeRunChild', () => {
  it('gives exit code and outputs as they are', async () => {
    const ended = await sh('echo out; echo; echo err >&2; exit 3')
    expect(ended).toEqual({ kind: 'exited', code: 3, stdout: 'out\n\n', stderr: 'err\n' })
  })

  it('passes arguments on without a shell', async () => {
    const args = ['%s|', '$(id)', '', '-n', 'ä\n']
    const ended = await nodeRunChild('printf', args, { environment, timeoutMs: 5000, outputLimitBytes: 100 })
    expect(ended).toEqual({ kind: 'exited', code: 0, stdout: '$(id)||-n|ä\n|', stderr: '' })
  })

  it('gives the environment and the directory that it is told, and no other', async () => {
    const ended = await sh('env | sort; pwd', {
      environment: { ...environment, A: 'b=c', B: undefined },
      directory: '/',
    })
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^A=b=c\nPATH=.*\nPWD=\/\n\/\n$/) })
  })

  it('starts the program that the PATH of the child leads to', async () => {
    const options = { environment: { PATH: '/nowhere' }, timeoutMs: 5000, outputLimitBytes: 100 }
    expect(await nodeRunChild('sh', ['-c', ':'], options)).toMatchObject({ kind: 'not started', errno: 'ENOENT' })
  })

  it.each([
    ['/no/such/program', [], 'ENOENT'],
    ['/etc/passwd', [], 'EACCES'],
    ['/dev/null/x', [], 'ENOTDIR'],
    ['true', ['a'.repeat(200_000)], 'E2BIG'],
    ['true', ['a\0b'], 'EINVAL'],
  ])('tells why %s was not started', async (file, args, errno) => {
    const ended = await nodeRunChild(file, args, { environment, timeoutMs: 5000, outputLimitBytes: 100 })
    expect(ended).toEqual({ kind: 'not started', errno, message: expect.stringMatching(/./) })
  })

  it('tells which signal killed it', async () => {
    expect(await sh('echo before; kill -TERM $$')).toEqual({
      kind: 'killed',
      signal: 'SIGTERM',
      stdout: 'before\n',
      stderr: '',
    })
  })
})

describe('the standard input of a child', () => {
  it('is fed while the output is read', async () => {
    const input = 'ä'.repeat(2_000_000)
    const ended = await sh('cat', { input, outputLimitBytes: 4_000_000 })
    expect(ended).toEqual({ kind: 'exited', code: 0, stdout: input, stderr: '' })
  })

  it('may be left unread', async () => {
    expect(await sh('exit 0', { input: 'a'.repeat(2_000_000) })).toMatchObject({ kind: 'exited', code: 0 })
    expect(await sh('exec <&-; sleep 0.1', { input: 'a'.repeat(2_000_000) })).toMatchObject({ kind: 'exited', code: 0 })
  })

  it('is empty unless there is input, and can be opened by its path', async () => {
    expect(await sh('cat /dev/stdin; echo end')).toMatchObject({ code: 0, stdout: 'end\n' })
  })
})

describe('the limits of a child', () => {
  it('kills its process group when it takes too long', async () => {
    const ended = await sh('sleep 1000 & echo $!; wait', { timeoutMs: 200 })
    expect(ended).toEqual({ kind: 'timed out', stdout: expect.stringMatching(/^\d+\n$/), stderr: '' })
    if (ended.kind === 'timed out') expect(isRunning(ended.stdout.trim())).toBe(false)
  })

  it('kills it when its standard output or error is longer than it may be', async () => {
    const outputLimitBytes = 3000
    expect(await sh('yes', { outputLimitBytes })).toMatchObject({ kind: 'too much output' })
    expect(await sh('yes >&2', { outputLimitBytes })).toMatchObject({ kind: 'too much output' })
    expect(await sh('yes ä | head -c 3001; sleep 1000', { outputLimitBytes })).toMatchObject({
      kind: 'too much output',
    })
    const ended = await sh('yes | head -c 3000; yes | head -c 3000 >&2', { outputLimitBytes })
    expect(ended).toEqual({ kind: 'exited', code: 0, stdout: 'y\n'.repeat(1500), stderr: 'y\n'.repeat(1500) })
  })

  it('are none for a process that it leaves behind with its pipes', async () => {
    const start = performance.now()
    const ended = await sh('setsid sleep 1000 & echo $! >&2; head -c 900000 /dev/zero; exit 1')
    expect(performance.now() - start).toBeLessThan(10_000)
    expect(ended).toMatchObject({ kind: 'exited', code: 1, stdout: '\0'.repeat(900_000) })
    if (ended.kind !== 'exited') throw new Error(ended.kind)
    expect(isRunning(ended.stderr.trim())).toBe(true)
    process.kill(Number(ended.stderr), 'SIGKILL')
  })

  it('hold when a process that cannot be killed with it has its pipes', async () => {
    const ended = await sh('setsid sleep 1000 & echo $!; sleep 1000', { timeoutMs: 200 })
    expect(ended).toMatchObject({ kind: 'timed out' })
    if (ended.kind === 'timed out') process.kill(Number(ended.stdout), 'SIGKILL')
  })
})

describe('the interruption of a child', () => {
  it('ends its process group by SIGTERM', async () => {
    let questions = 0
    const interruption = async () => (++questions > 5 ? 'SIGINT' : undefined)
    const ended = await sh('sleep 1000 & echo $!; trap "echo told; exit 0" TERM; wait', { interruption })
    const output = { stdout: expect.stringMatching(/^\d+\ntold\n$/), stderr: '' }
    expect(ended).toEqual({ kind: 'interrupted', reason: 'SIGINT', ...output })
    if (ended.kind === 'interrupted') expect(isRunning(ended.stdout.split('\n')[0] ?? '')).toBe(false)
  })

  it('kills it 2 s later', async () => {
    let questions = 0
    const interruption = async () => (++questions > 5 ? 'SIGTERM' : undefined)
    const start = performance.now()
    const ended = await sh('trap "" TERM; while :; do sleep 1; done', { interruption })
    expect(ended).toMatchObject({ kind: 'interrupted', reason: 'SIGTERM' })
    expect(performance.now() - start).toBeGreaterThan(2000)
  })

  it('lets it end that is faster', async () => {
    expect(await sh('echo a', { interruption: async () => undefined })).toMatchObject({ kind: 'exited', stdout: 'a\n' })
  })

  it('does not start it when this process has been told before', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'vpcb-runtime-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const ended = await sh('touch started', { directory, interruption: async () => 'SIGTERM' })
    expect(ended).toEqual({ kind: 'interrupted', reason: 'SIGTERM', stdout: '', stderr: '' })
    expect((await sh('ls', { directory })).kind).toBe('exited')
    expect(await sh('ls', { directory })).toMatchObject({ stdout: '' })
  })
})

describe('a child of an odd process', () => {
  const signals = `const ended = await nodeRunChild('sh', ['-c', 'grep -E "Sig(Ign|Blk)" /proc/self/status'], options)
    process.stdout.write(ended.kind + ended.code + ended.stdout)`

  it('has no signal ignored or blocked', () => {
    const { stdout, stderr } = inNode(signals, `trap '' CHLD TERM HUP PIPE; exec "$@"`)
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^exited0(Sig...:\t0+\n){2}$/), stderr: '' })
  })

  it('writes its standard error to that of the process too', () => {
    const program = `const ended = await nodeRunChild('sh', ['-c', 'echo err >&2'], { ...options, passStderrOn: true })
      process.stdout.write(JSON.stringify(ended))`
    const stdout = JSON.stringify({ kind: 'exited', code: 0, stdout: '', stderr: 'err\n' })
    expect(inNode(program, 'exec "$@"')).toEqual({ status: 0, stdout, stderr: 'err\n' })
    expect(inNode(program, 'exec "$@" 2>&-')).toEqual({ status: 0, stdout, stderr: '' })
    expect(inNode(program, '"$@" 2> >(exec 0<&-; sleep 1)')).toEqual({ status: 0, stdout, stderr: '' })
  })

  it('is in the root when the directory has been deleted', () => {
    const program = `import { mkdtempSync, rmdirSync } from 'node:fs'
      const directory = mkdtempSync('/tmp/vpcb-runtime-')
      process.chdir(directory)
      rmdirSync(directory)
      process.stdout.write((await nodeRunChild('pwd', [], options)).stdout)`
    expect(inNode(program, 'exec "$@"')).toEqual({ status: 0, stdout: '/\n', stderr: '' })
  })
})
