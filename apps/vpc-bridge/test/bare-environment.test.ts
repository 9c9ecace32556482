import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { captureState, inside, run } from '@vpc-bridge/testbed'
import { describe, expect, onTestFinished, test } from 'vitest'
import { builds, config } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

describe.each(builds)('$build in the bare environment of a runtime', ({ program }) => {
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

  test('a read-only file system', () => worksIn('mount -o remount,bind,ro / && ! touch /nope 2>&- && exec "$@"'))

  test('a full disk under the log', () =>
    worksIn('mount -t tmpfs -o size=4k full /mnt && ! cat /dev/zero 2>/dev/null >/mnt/log && exec "$@"', {
      VPC_CNI_LOG_FILE: '/mnt/log',
    }))

  test('settings of the runtime system in the working directory are not read', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vpc-bridge-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    await writeFile(join(directory, '.env'), 'CNI_IFNAME=other\nVPC_CNI_LOG_FILE=/proc/nowhere\n')
    await writeFile(join(directory, 'bunfig.toml'), 'preload = ["./evil.ts"]\n')
    await writeFile(join(directory, 'evil.ts'), 'process.exit(42)\n')
    await worksIn('exec "$@"', {}, directory)
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

  test.each([
    // Node.js and Bun open /dev/null in its place, so that no other file gets its number.
    ['closed', 'exec "$@" >&-', 0],
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
