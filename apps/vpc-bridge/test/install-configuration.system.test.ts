import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Ended, run } from '@vpc-bridge/testbed'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from './support/build-executable.ts'
import { executable } from './support/runtime.ts'

const list = {
  cniVersion: '1.0.0',
  name: 'vpc',
  plugins: [{ type: 'vpc-bridge', eniName: 'eth10', ipam: { type: 'host-local' } }],
}
const others = { cniVersion: '1.0.0', name: 'other', plugins: [{ type: 'bridge' }, { type: 'portmap' }] }

/** A host without plugins and network configurations, as a container sees it. */
async function useHost() {
  const root = await temporaryDirectory()
  const source = join(root, '10-vpc.conflist')
  const bin = join(root, 'host/bin')
  const conf = join(root, 'host/net.d')
  const targets = { plugin: join(bin, 'vpc-bridge'), configuration: join(conf, '10-vpc.conflist') }
  await writeFile(source, JSON.stringify(list))
  const command = (name: 'install' | 'uninstall') =>
    [executable, name, '--cni-bin-dir', bin, '--cni-conf-dir', conf, '--conf', source] as const
  const write = async (name: string, content: object | string) => {
    await mkdir(conf, { recursive: true })
    await writeFile(join(conf, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  const content = async () => (await run(['find', join(root, 'host')])).stdout.split('\n').toSorted()
  return { root, source, bin, conf, targets, command, write, content }
}

/** What a command does, in its order: the system calls, each with the file that it is about. */
async function trace(root: string, command: readonly string[]): Promise<readonly string[]> {
  const file = join(root, 'trace')
  const calls = 'fsync,rename,renameat,renameat2,unlink,unlinkat'
  const { exitCode, stderr } = await run(['strace', '-f', '-y', '-o', file, '-e', `trace=${calls}`, ...command])
  expect([exitCode, stderr]).toEqual([0, ''])
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.includes(root))
  return lines.map((line) => {
    const [, call = '', args = ''] = /(fsync|rename|unlink)\w*\((.*)\) += 0$/.exec(line) ?? []
    const [path = ''] = args.match(/[^"<>]+(?=[">][^">]*$)/) ?? []
    return `${call} ${path.slice(root.length + 1).replace(/\.vpc-bridge-[0-9a-f]{12}/, 'temporary')}`
  })
}

describe('install', () => {
  test('the configuration follows the plugin, both are on the disk, and root alone reads it', async () => {
    const { root, source, targets, command, conf } = await useHost()
    expect(await trace(root, ['sh', '-c', 'umask 0; exec "$@"', 'sh', ...command('install')])).toEqual([
      'fsync host/bin/temporary',
      'fsync host/net.d/temporary',
      'rename host/bin/vpc-bridge',
      'fsync host/bin',
      'rename host/net.d/10-vpc.conflist',
      'fsync host/net.d',
    ])
    expect((await readFile(targets.plugin)).equals(await readFile(executable))).toBe(true)
    expect(await readFile(targets.configuration, 'utf8')).toBe(await readFile(source, 'utf8'))
    expect((await stat(targets.configuration)).mode & 0o7777).toBe(0o600)
    expect(await readdir(conf)).toEqual(['10-vpc.conflist'])
  })

  test('what is done is said, and done again it says the same', async () => {
    const { targets, command } = await useHost()
    const stdout = `${targets.plugin} is installed\n${targets.configuration} is installed`
    for (const _ of [1, 2]) expect(await run(command('install'))).toEqual({ exitCode: 0, stdout, stderr: '' })
  })

  test.each([
    ['an earlier one', JSON.stringify({ ...list, name: 'earlier' })],
    ['the half of one', '{"cniVersion": "1.0.0", "plu'],
    ['nothing', ''],
    ['what configures no plugin', '{"plugins": [{}, "portmap"]}'],
  ])('%s is replaced', async (_, earlier) => {
    const { source, targets, command, write } = await useHost()
    await write('10-vpc.conflist', earlier)
    expect((await run(command('install'))).exitCode).toBe(0)
    expect(await readFile(targets.configuration, 'utf8')).toBe(await readFile(source, 'utf8'))
  })

  test('a link in its place is replaced, not followed', async () => {
    const { root, source, targets, command, conf } = await useHost()
    await mkdir(conf, { recursive: true })
    await symlink(source, targets.configuration)
    await symlink(join(root, 'missing'), join(conf, '20.conf'))
    expect(await run(command('install'))).toMatchObject({ exitCode: 0, stderr: '' })
    expect((await lstat(targets.configuration)).isFile()).toBe(true)
  })

  test('one of other plugins is not replaced', async () => {
    const { source, targets, command, write, content } = await useHost()
    await write('10-vpc.conflist', others)
    const before = await content()
    expect(await run(command('install'))).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `error: ${targets.configuration} is a network configuration of other plugins, and stays: give ${source} another name`,
    })
    expect(await readFile(targets.configuration, 'utf8')).toBe(JSON.stringify(others))
    expect(await content()).toEqual(before)
  })

  test('one that comes before it by name is told', async () => {
    const { conf, command, write } = await useHost()
    await write('05-other.conf', others)
    await write('00-notes.txt', '')
    await write('99-last.conflist', others)
    const { exitCode, stderr } = await run(command('install'))
    expect(exitCode).toBe(0)
    expect(stderr).toBe(`note: ${conf}/05-other.conf comes before it, and runtimes use the first by name`)
  })

  test.each([
    [
      'a wrong one',
      'conf',
      JSON.stringify({ ...list, plugins: [{ type: 'vpc-bridge', mtu: 9 }] }),
      [
        /\/10-vpc\.conflist: plugins\[0\]\.eniName is missing, expected /,
        /\/10-vpc\.conflist: plugins\[0\]\.ipAddresses is missing, expected /,
        /\/10-vpc\.conflist: plugins\[0\]\.mtu: found 9, expected /,
      ],
    ],
    ['no JSON', 'conf', 'vpc', [/\/10-vpc\.conflist: the configuration: found "vpc", expected a JSON object$/]],
    ['none', 'conf', undefined, [/\/missing\.conflist cannot be read: no such file or directory$/]],
    ['a directory', 'directory', undefined, [/\/10-vpc\.conflist cannot be read: is a directory$/]],
  ] as const)('%s changes nothing', async (_, kind, text, lines) => {
    const { root, source, command, content } = await useHost()
    if (text !== undefined) await writeFile(source, text)
    const path =
      text !== undefined
        ? source
        : kind === 'directory'
          ? join(root, 'd/10-vpc.conflist')
          : join(root, 'missing.conflist')
    if (kind === 'directory') await mkdir(path, { recursive: true })
    const before = await content()
    const ended = await run([...command('install').slice(0, -1), path])
    expect(refused(ended, 1)).toEqual(lines.map((line) => expect.stringMatching(line)))
    expect(await content()).toEqual(before)
  })

  test.each(['10-vpc', '10-vpc.conflist.bak', '', 'vpc.conf/'])(
    'a name that no runtime reads changes nothing: %j',
    async (name) => {
      const { root, command, content } = await useHost()
      const before = await content()
      for (const each of ['install', 'uninstall'] as const) {
        const ended = await run([...command(each).slice(0, -1), `${root}/${name}`])
        expect(refused(ended, 1)).toEqual([
          expect.stringMatching(
            /^error: runtimes read no network configuration named ".*": expected \*\.conflist, \*\.conf or \*\.json$/,
          ),
        ])
      }
      expect(await content()).toEqual(before)
    },
  )

  test('a directory without a name changes nothing', async () => {
    const { command } = await useHost()
    for (const each of ['install', 'uninstall'] as const) {
      const ended = await run([...command(each), '--cni-bin-dir='])
      expect(refused(ended, 1)).toEqual(['error: the name of a directory is empty'])
    }
  })

  test('a configuration that cannot be put in its place leaves the plugin, and says so', async () => {
    const { targets, command, content } = await useHost()
    await mkdir(join(targets.configuration, 'x'), { recursive: true })
    const { exitCode, stdout, stderr } = await run(command('install'))
    expect([exitCode, stdout]).toEqual([2, `${targets.plugin} is installed`])
    expect(stderr).toBe(
      `error: ${targets.configuration} cannot be installed, and is what it was before: is a directory`,
    )
    expect((await content()).filter((path) => path.includes('/.vpc-bridge-'))).toEqual([])
  })

  test('a configuration that cannot be written leaves the plugin as it was', async () => {
    const { conf, targets, command, content } = await useHost()
    await mkdir(conf, { recursive: true })
    const script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    const before = await content()
    const ended = await run(['unshare', '--mount', 'sh', '-c', script, conf, ...command('install')])
    expect(refused(ended, 2)).toEqual([
      `error: ${targets.configuration} cannot be installed, and is what it was before: read-only file system`,
    ])
    expect((await content()).filter((path) => !before.includes(path))).toEqual([join(conf, '../bin')])
  })
})

/** The lines of an error, of a command that has printed nothing. */
function refused({ exitCode, stdout, stderr }: Ended, code: number): readonly string[] {
  expect([exitCode, stdout]).toEqual([code, ''])
  return stderr.split('\n')
}

describe('uninstall', () => {
  test('the configuration goes before the plugin, each from the disk', async () => {
    const { root, command, content, conf, bin } = await useHost()
    await run(command('install'))
    expect(await trace(root, command('uninstall'))).toEqual([
      'unlink host/net.d/10-vpc.conflist',
      'fsync host/net.d',
      'unlink host/bin/vpc-bridge',
      'fsync host/bin',
    ])
    expect(await content()).toEqual([join(bin, '..'), bin, conf])
  })

  test('what is done is said, and done again that nothing is left; the source need not be there', async () => {
    const { source, targets, command } = await useHost()
    await run(command('install'))
    await run(['rm', source])
    const removed = `${targets.configuration} is removed\n${targets.plugin} is removed`
    expect(await run(command('uninstall'))).toEqual({ exitCode: 0, stdout: removed, stderr: '' })
    const missing = `${targets.configuration} was not there\n${targets.plugin} was not there`
    expect(await run(command('uninstall'))).toEqual({ exitCode: 0, stdout: missing, stderr: '' })
  })

  test('without a configuration it is about the plugin alone', async () => {
    const { bin, conf, targets, command, write } = await useHost()
    await run(command('install').slice(0, -2))
    await write('05-other.conflist', others)
    expect(await run(command('uninstall').slice(0, -2))).toMatchObject({
      stdout: `${targets.plugin} is removed`,
      stderr: '',
    })
    expect([await readdir(bin), await readdir(conf)]).toEqual([[], ['05-other.conflist']])
  })

  test('nothing goes while another configuration needs the plugin', async () => {
    const { conf, command, write, content } = await useHost()
    await run(command('install'))
    await write('20-second.conflist', { ...list, plugins: [{ type: 'portmap' }, ...list.plugins] })
    await write('30-third.conf', { cniVersion: '1.0.0', name: 'third', type: 'vpc-bridge' })
    await write('40-other.conflist', others)
    await run(['mkfifo', join(conf, '50-pipe.conf')])
    const before = await content()
    expect(refused(await run(command('uninstall')), 2)).toEqual([
      `error: the plugin is needed by ${conf}/20-second.conflist, ${conf}/30-third.conf; nothing is removed`,
    ])
    expect(await content()).toEqual(before)
  })

  test('one of other plugins stays, and the plugin with it', async () => {
    const { targets, command, write, content } = await useHost()
    await run(command('install'))
    await write('10-vpc.conflist', others)
    const before = await content()
    expect(refused(await run(command('uninstall')), 2)).toEqual([
      `error: ${targets.configuration} is a network configuration of other plugins; nothing is removed`,
    ])
    expect(await content()).toEqual(before)
  })

  test('a plugin that cannot be removed is left without its configuration', async () => {
    const { bin, conf, targets, command } = await useHost()
    await run(command('install'))
    const script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    const { exitCode, stdout, stderr } = await run([
      'unshare',
      '--mount',
      'sh',
      '-c',
      script,
      bin,
      ...command('uninstall'),
    ])
    expect([exitCode, stdout]).toEqual([2, `${targets.configuration} is removed`])
    expect(stderr).toBe(`error: ${targets.plugin} cannot be removed: read-only file system`)
    expect([await readdir(bin), await readdir(conf)]).toEqual([['vpc-bridge'], []])
  })
})
