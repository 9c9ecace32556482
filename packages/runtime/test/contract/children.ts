import assert from 'node:assert/strict'
import { openFlags } from '../../src/index.ts'
import { type ContractCase, environment, outputOf, shell, value } from './case.ts'

const limits = { timeoutMs: 20_000, outputLimitBytes: 16_000_000 }

export const childCases: readonly ContractCase[] = [
  {
    name: 'a child ends with its exit code, and its outputs are apart',
    run: async (world) => {
      const end = await shell(world, 'echo out; echo error >&2; exit 7')
      assert.deepEqual(end, { kind: 'exited', code: 7, stdout: 'out\n', stderr: 'error\n' })
    },
  },
  {
    name: 'a child has the arguments and the environment that it is given, and no others',
    run: async ({ runtime: { runChild } }) => {
      const args = ['%s|', 'a b', '', '*', '\'"$x\n', 'größe']
      const printed = await runChild('printf', args, { environment, ...limits })
      assert.deepEqual(printed, { kind: 'exited', code: 0, stdout: `a b||*|'"$x\n|größe|`, stderr: '' })
      const variables = { A: '1', B: undefined, C: 'é=\n' }
      const env = await runChild('/usr/bin/env', ['-0'], { environment: variables, ...limits })
      assert.deepEqual(env, { kind: 'exited', code: 0, stdout: 'A=1\0C=é=\n\0', stderr: '' })
    },
  },
  {
    name: "a name is looked up in the PATH of the child's environment",
    run: async (world) => {
      const { directory, runtime } = world
      await outputOf(world, `printf '#!/bin/sh\necho "mine $0"' > ${directory}/mine; chmod +x ${directory}/mine`)
      const options = { environment: { PATH: `/missing:${directory}:/bin` }, ...limits }
      const end = await runtime.runChild('mine', [], options)
      assert.deepEqual(end, { kind: 'exited', code: 0, stdout: `mine ${directory}/mine\n`, stderr: '' })
      const started = await runtime.runChild('mine', [], { environment, ...limits })
      assert.equal(started.kind === 'not started' && started.errno, 'ENOENT')
    },
  },
  {
    name: 'what cannot be started is told with its errno',
    run: async ({ runtime: { runChild, files }, directory }) => {
      value(files.writeFile(`${directory}/file`, 'text'))
      const errnoOf = async (file: string, args: readonly string[] = [], further = {}) => {
        const end = await runChild(file, args, { environment, ...limits, ...further })
        return end.kind === 'not started' ? end.errno : end.kind
      }
      assert.equal(await errnoOf('missing'), 'ENOENT')
      assert.equal(await errnoOf('/missing/file'), 'ENOENT')
      assert.equal(await errnoOf(`${directory}/file`), 'EACCES')
      assert.equal(await errnoOf(directory), 'EACCES')
      assert.equal(await errnoOf('true', [], { directory: '/missing' }), 'ENOENT')
      assert.equal(await errnoOf('true', ['a\0b']), 'EINVAL')
      assert.equal(await errnoOf('true', [], { environment: { ...environment, A: 'a\0b' } }), 'EINVAL')
      assert.equal(await errnoOf('true', ['x'.repeat(200_000)]), 'E2BIG')
    },
  },
  {
    name: 'a child runs in the directory that it is given, else in that of this process',
    run: async (world) => {
      const own = value(world.runtime.files.readLink('/proc/self/cwd'))
      assert.equal(await outputOf(world, 'pwd -P'), `${own}\n`)
      assert.equal(await outputOf(world, 'pwd -P', { directory: '/proc' }), '/proc\n')
    },
  },
  {
    name: 'a long input is fed while the output is read',
    run: async (world) => {
      const input = 'größe €𝄞\n'.repeat(150_000)
      assert.equal(await outputOf(world, 'cat; cat >&2', { input }), input)
      // In the opposite order, too: much output before the first of the input is read.
      const end = await shell(world, 'head -c 1000000 /dev/zero; wc -c', { input })
      assert.equal(end.kind === 'exited' && end.stdout.slice(1_000_000), '2400000\n')
    },
  },
  {
    name: 'a child need not read its input, and has an empty one if none is given',
    run: async (world) => {
      assert.equal(await outputOf(world, 'echo done', { input: 'x'.repeat(1_000_000) }), 'done\n')
      assert.equal(await outputOf(world, 'exec <&-; sleep 0.2; echo done', { input: 'x'.repeat(1_000_000) }), 'done\n')
      assert.equal(await outputOf(world, 'wc -c'), '0\n')
      assert.equal(await outputOf(world, 'wc -c', { input: '' }), '0\n')
    },
  },
  {
    name: 'characters that are written in two pieces are read in one, and what is no text as U+FFFD',
    run: async (world) => {
      const script = "printf '\\303'; sleep 0.1; printf '\\244\\360\\235'; sleep 0.1; printf '\\204\\236\\377'"
      assert.equal(await outputOf(world, script), 'ä𝄞\ufffd')
    },
  },
  {
    name: 'a child that is killed is told with the signal',
    run: async (world) => {
      const kill = (signal: string) => shell(world, `echo out; kill -${signal} $$; echo alive`)
      for (const signal of ['SEGV', 'TERM', 'INT', 'KILL', 'USR1', 'PIPE', 'ABRT']) {
        assert.deepEqual(await kill(signal), { kind: 'killed', signal: `SIG${signal}`, stdout: 'out\n', stderr: '' })
      }
    },
  },
  {
    name: 'a child has no signals ignored or blocked, no files of this process, and a session of its own',
    run: async (world) => {
      const own = world.syscalls.open('/proc/version', openFlags.closeOnExec)
      // By the shell itself, which blocks signals for a moment when it starts a command.
      const script =
        'while read -r line; do echo "$line"; done </proc/self/status; echo +; cat /proc/$$/stat; echo +; ls -l /proc/$$/fd'
      const [status = '', stat = '', files = ''] = (await outputOf(world, script)).split('+\n')
      world.syscalls.close(own)
      // glibc, by which the sanitized host is, keeps the signals 32 and 33 for itself.
      for (const mask of ['SigBlk', 'SigIgn'])
        assert.match(status, new RegExp(`^${mask}:\t0000000(000000000|180000000)$`, 'm'))
      const [pid, , , , group, session] = stat.replace(/\(.*\)/, 'name').split(' ')
      assert.deepEqual([group, session], [pid, pid])
      assert.ok(!files.includes('/proc/version'))
    },
  },
  {
    name: 'a child that takes too long is killed with all that it has started',
    run: async (world) => {
      const { clock, files } = world.runtime
      const start = clock.now()
      const script = `echo out; (sleep 1; touch ${world.directory}/alive) & trap '' TERM; sleep 30; sleep 30`
      const end = await shell(world, script, { timeoutMs: 300 })
      const took = clock.now() - start
      assert.deepEqual(end, { kind: 'timed out', stdout: 'out\n', stderr: '' })
      assert.ok(took >= 290 && took < 20_000, `${took} ms`)
      await clock.sleep(1500)
      assert.deepEqual(value(files.list(world.directory)), [])
    },
  },
  {
    name: 'a process that has left the session of a child is not waited for, though the child took too long',
    run: async (world) => {
      const { clock } = world.runtime
      const start = clock.now()
      const end = await shell(world, 'setsid sleep 25 & echo out; sleep 30', { timeoutMs: 300 })
      assert.deepEqual(end, { kind: 'timed out', stdout: 'out\n', stderr: '' })
      assert.ok(clock.now() - start < 15_000)
    },
  },
  {
    name: 'a child that writes too much is killed, and what it has written is cut there',
    run: async (world) => {
      for (const stream of ['stdout', 'stderr'] as const) {
        const end = await shell(world, `yes >&${stream === 'stdout' ? 1 : 2}`, { outputLimitBytes: 100_001 })
        assert.equal(end.kind, 'too much output')
        if (end.kind !== 'too much output') return
        assert.equal(stream === 'stdout' ? end.stdout : end.stderr, `${'y\n'.repeat(50_000)}y`)
      }
      const allowed = await shell(world, 'yes | head -c 100001', { outputLimitBytes: 100_001 })
      assert.equal(allowed.kind === 'exited' && allowed.stdout.length, 100_001)
    },
  },
  {
    name: 'a process that a child leaves behind is not waited for, though it holds its outputs',
    run: async (world) => {
      const { clock } = world.runtime
      const start = clock.now()
      const end = await shell(world, 'sleep 25 & head -c 200000 /dev/zero; echo end >&2')
      assert.ok(clock.now() - start < 15_000)
      assert.equal(end.kind === 'exited' && end.stdout.length, 200_000)
      assert.equal(end.kind === 'exited' && end.stderr, 'end\n')
    },
  },
  {
    name: 'no zombie and no open file is left',
    run: async (world) => {
      const { files, pid } = world.runtime
      const openFiles = () => value(files.list(`/proc/${pid}/fd`)).length
      await outputOf(world, 'true')
      const before = openFiles()
      const pids = []
      for (const end of [
        await shell(world, 'echo $$'),
        await shell(world, 'echo $$; kill -KILL $$'),
        await shell(world, 'echo $$; sleep 9', { timeoutMs: 100 }),
        await shell(world, 'echo $$; yes', { outputLimitBytes: 1000 }),
      ]) {
        if (end.kind !== 'not started') pids.push(end.stdout.split('\n')[0])
      }
      await world.runtime.runChild('/missing', [], { environment, ...limits })
      assert.equal(pids.length, 4)
      for (const child of pids) assert.ok(files.stat(`/proc/${child}`).isErr(), `${child} has gone`)
      assert.equal(openFiles(), before)
    },
  },
]
