import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { captureState, inside, output, run } from '@vpc-bridge/testbed'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from './support/build-executable.ts'
import { builds, config, execute, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

describe.each(builds)('$build in the bare environment of a runtime', ({ build, program }) => {
  const isNode = build === 'Node.js build'
  /**
   * Executes the plugin by a shell script, in which `"$@"` is the program: with nothing in its environment but what CNI
   * demands, in namespaces of its own for mounts.
   */
  async function shell(host: string, script: string, variables: Readonly<Record<string, string>>, cwd = '/') {
    const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
    const bare = ['env', '-i', `--chdir=${cwd}`, ...settings, ...program]
    const command = ['unshare', '--mount', 'sh', '-c', script, 'sh', ...bare]
    return run(inside(host, command), { input: JSON.stringify(config) })
  }

  const variables = (command: 'ADD' | 'DEL', netns: string) => ({
    CNI_COMMAND: command,
    CNI_CONTAINERID: 'test-container',
    CNI_IFNAME: 'blueveth',
    CNI_NETNS: netns,
  })

  /** An ADD and a DEL, both of which are to work. */
  async function worksIn(script: string, environment: Readonly<Record<string, string>> = {}, cwd?: string) {
    const { host, blue } = await useWorld()
    const before = [await captureState(host), await captureState(blue)]
    const added = await shell(host, script, { ...variables('ADD', blue), ...environment }, cwd)
    expect(added).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(added.stdout).interfaces[0]).toMatchObject({ name: 'blueveth' })
    const deleted = await shell(host, script, { ...variables('DEL', blue), ...environment }, cwd)
    expect(deleted).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
  }

  /** An ADD that is to fail without a trace. */
  async function failsIn(script: string) {
    const { host, blue } = await useWorld()
    const before = [await captureState(host), await captureState(blue)]
    const added = await shell(host, script, variables('ADD', blue))
    expect(added.exitCode).toBe(1)
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
    return added
  }

  test('no HOME, no PATH', () => worksIn('exec "$@"'))

  test('the standard error closed', () => worksIn('exec "$@" 2>&-'))

  test('few file descriptors', () => worksIn(`ulimit -n ${isNode ? 48 : 24} && exec "$@"`))

  test('a read-only file system', () => worksIn('mount -o remount,bind,ro / && ! touch /nope 2>&- && exec "$@"'))

  test('a full disk under the log', () =>
    worksIn('mount -t tmpfs -o size=4k full /mnt && ! cat /dev/zero 2>/dev/null >/mnt/log && exec "$@"', {
      VPC_CNI_LOG_FILE: '/mnt/log',
    }))

  test('a log that is a named pipe which nobody reads', () =>
    worksIn('mount -t tmpfs tmpfs /mnt && mkfifo /mnt/log && exec timeout -s KILL 20 "$@"', {
      VPC_CNI_LOG_FILE: '/mnt/log',
    }))

  test('a standard input that does not block, and says nothing for a while', async () => {
    const { host, blue } = await useWorld()
    const pipe = join(await temporaryDirectory(), 'pipe')
    await output(['mkfifo', pipe])
    const input = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
    const writer = await open(pipe, 'w')
    // Node.js makes the first three descriptors of a child block.
    const [file = '', ...args] = inside(host, ['sh', '-c', 'exec "$@" <&3 3<&-', 'sh', ...program])
    const adding = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe', input.fd],
      env: { PATH: process.env['PATH'], ...variables('ADD', blue), VPC_CNI_LOG_FILE: '/dev/null' },
    })
    const { stdout, stderr } = adding
    if (stdout === null || stderr === null) throw new Error('the standard streams are no pipes')
    const ended = Promise.all([text(stdout), text(stderr), once(adding, 'close')])
    await input.close()
    await setTimeout(500)
    // One that has ended already does not take it.
    await writer.write(JSON.stringify(config)).catch(() => {})
    await writer.close()
    expect(await ended).toEqual([expect.stringContaining('"blueveth"'), '', [0, null]])
  })

  test('settings in the working directory are not read, nor variables for other programs', async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, '.env'), 'CNI_IFNAME=other\nVPC_CNI_LOG_FILE=/proc/nowhere\n')
    await writeFile(join(directory, 'evil.js'), 'process.exit(42)\n')
    const variables = { NODE_OPTIONS: '--require=./evil.js', LD_PRELOAD: './evil.so', LD_LIBRARY_PATH: '.' }
    await worksIn('exec "$@"', isNode ? {} : variables, directory)
  })

  test.each([
    ['the standard input closed', 'exec "$@" <&-'],
    ['the standard input a directory', 'exec "$@" </'],
    ['the standard input empty', 'exec "$@" </dev/null'],
  ])('%s: an error, and nothing is changed', async (_, script) => {
    const { stdout, stderr } = await failsIn(script)
    expect(JSON.parse(stdout)).toMatchObject({ code: expect.any(Number), msg: expect.any(String) })
    expect(stderr).toMatch(/^the network configuration .*\n?$/)
  })

  test.each(['net_admin', 'sys_admin', 'net_bind_service'])(
    'root without the capability %s: an error that tells what it lacks',
    async (name) => {
      const { stdout, stderr } = await failsIn(`exec setpriv --bounding-set=-${name} --inh-caps=-${name} "$@"`)
      expect(JSON.parse(stdout)).toMatchObject({ details: expect.stringContaining(`CAP_${name.toUpperCase()}`) })
      expect(stderr).toContain(`CAP_${name.toUpperCase()}`)
    },
  )

  test('a working directory that has been removed', () =>
    worksIn('cd "$(mktemp --directory)" && rmdir "$PWD" && exec "$@"', {}, '.'))

  test.each([
    // Node.js opens /dev/null in its place, so that no other file gets its number; the executable can tell.
    ['closed', 'exec "$@" >&-', isNode ? 0 : 1],
    ['and error closed', 'exec "$@" >&- 2>&-', isNode ? 0 : 1],
    ['and error and input closed', 'exec "$@" <&- >&- 2>&-', 1],
    ['full', 'exec "$@" >/dev/full', 1],
    ['a pipe that nobody reads', '"$@" | exit; exit 1', 1],
  ])('the standard output %s: whatever the runtime makes of it, a DEL removes everything', async (_, script, code) => {
    const { host, blue } = await useWorld()
    const before = [await captureState(host), await captureState(blue)]
    const added = await shell(host, script, variables('ADD', blue))
    expect(added.exitCode).toBe(code)
    expect(await shell(host, 'exec "$@"', variables('DEL', blue))).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
  })
})

describe('the executable', () => {
  test('works where no memory may be written and executed', async () => {
    const directory = await temporaryDirectory()
    // As systemd has it with MemoryDenyWriteExecute=.
    const source = `#include <sys/prctl.h>
      #include <unistd.h>
      int main(int argc, char **argv) { return prctl(65, 1, 0, 0, 0) || execv(argv[1], argv + 1); }`
    const denied = join(directory, 'denied')
    await output(['cc', '-x', 'c', '-o', denied, '-'], { input: source })
    const { host, blue } = await useWorld()
    for (const command of ['ADD', 'DEL'] as const) await succeed([denied, ...program], host, { command, netns: blue })
  })

  test('says that /proc is missing', async () => {
    const { host, blue } = await useWorld()
    const without = ['unshare', '--mount', 'sh', '-c', 'umount --lazy /proc && exec "$@"', 'sh', ...program]
    const { exitCode, stdout } = await execute(without, host, { command: 'ADD', netns: blue })
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({
      exitCode: 1,
      details: expect.stringContaining('/proc'),
    })
  })
})

test.each([2_000, 3_000, 4_000, 6_000, 8_192, 100_000])(
  'an address space of %i KiB: it works, or fails as the protocol has it and changes nothing',
  async (limit) => {
    const limited = ['sh', '-c', `ulimit -v ${limit} && exec "$@"`, 'sh', ...program]
    const { host, blue } = await useWorld()
    const before = [await captureState(host), await captureState(blue)]
    const { exitCode, stdout, stderr } = await execute(limited, host, { command: 'ADD', netns: blue })
    if (exitCode === 0) await succeed(program, host, { command: 'DEL', netns: blue })
    else {
      const answer = JSON.parse(stdout)
      expect([exitCode, answer]).toMatchObject([1, { code: expect.any(Number), msg: expect.any(String) }])
      expect(stderr).toContain(answer.msg.trim())
    }
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
    if (limit >= 8_192) expect(exitCode).toBe(0)
  },
)
