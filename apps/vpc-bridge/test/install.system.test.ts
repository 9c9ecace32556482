import { mkdir, readdir, readFile, readlink, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '@vpc-bridge/testbed'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { temporaryDirectory } from './support/build-executable.ts'
import { executable } from './support/runtime.ts'
import { innermost, slowly } from './support/slowly.ts'

const install = (directory: string) => [executable, 'install', '--cni-bin-dir', directory]

/** Installs by a shell script, in which `"$@"` does it and `$dir` is the directory, with mounts of its own. */
function shell(script: string, directory: string) {
  const command = ['unshare', '--mount', 'sh', '-c', script, 'sh', ...install(directory)]
  return run(['env', `dir=${directory}`, ...command])
}

async function expectInstalled(directory: string) {
  expect(await readdir(directory)).toEqual(['vpc-bridge'])
  const file = join(directory, 'vpc-bridge')
  expect((await stat(file)).mode & 0o7777).toBe(0o755)
  expect((await readFile(file)).equals(await readFile(executable))).toBe(true)
}

test.each(['000', '077', '777'])('with the umask %s everybody can execute it all the same', async (umask) => {
  const directory = await temporaryDirectory()
  const { exitCode, stdout } = await shell(`umask ${umask} && exec "$@"`, directory)
  expect([exitCode, stdout]).toEqual([0, `${directory}/vpc-bridge is installed`])
  await expectInstalled(directory)
})

test('directories that are not there are made', async () => {
  const directory = join(await temporaryDirectory(), 'opt/cni/bin')
  expect(await run(install(directory))).toMatchObject({ exitCode: 0, stderr: '' })
  await expectInstalled(directory)
})

test('one that is running goes on, from its own file', async () => {
  const directory = await temporaryDirectory()
  await run(install(directory))
  const running = execa(join(directory, 'vpc-bridge'), { env: { CNI_COMMAND: 'VERSION' }, extendEnv: false })
  expect(await run(install(directory))).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await readlink(`/proc/${running.pid}/exe`)).toBe(`${directory}/vpc-bridge (deleted)`)
  running.stdin.end('{"cniVersion":"1.0.0"}')
  expect(JSON.parse((await running).stdout)).toMatchObject({ cniVersion: '1.0.0' })
  await expectInstalled(directory)
})

test('a link under its name is replaced, not followed', async () => {
  const directory = await temporaryDirectory()
  const other = join(await temporaryDirectory(), 'other')
  await writeFile(other, 'other')
  await symlink(other, join(directory, 'vpc-bridge'))
  expect(await run(install(directory))).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await readFile(other, 'utf8')).toBe('other')
  await expectInstalled(directory)
})

test('it is on the disk under its name when the command ends', async () => {
  const directory = await temporaryDirectory()
  const trace = join(await temporaryDirectory(), 'trace')
  const calls = ['strace', '-f', '-y', '-o', trace, '-e', 'trace=fsync,rename,renameat,renameat2']
  expect(await run([...calls, ...install(directory)])).toMatchObject({ exitCode: 0 })
  const lines = (await readFile(trace, 'utf8')).split('\n').filter((line) => line.includes(directory))
  expect(lines).toEqual([
    expect.stringMatching(/fsync\(\d+<.*\/\.vpc-bridge-[0-9a-f]{12}>/),
    expect.stringMatching(/rename\w*\(.*\/\.vpc-bridge-[0-9a-f]{12}".*\/vpc-bridge"/),
    expect.stringContaining(`<${directory}>`),
  ])
})

test.each([
  ['a full disk', 'mount -t tmpfs -o size=256k tiny "$dir"', /ENOSPC|no space left/i],
  ['a read-only directory', 'mount --bind "$dir" "$dir" && mount -o remount,bind,ro "$dir"', /EROFS|read-only/i],
  ['a directory under its name', 'mount -t tmpfs tmpfs "$dir" && mkdir "$dir/vpc-bridge"', /EISDIR|directory/i],
])('%s: one line that says so, and nothing is left', async (_, prepare, reason) => {
  const directory = await temporaryDirectory()
  const script = `${prepare} && before=$(ls -A "$dir") || exit 3; "$@"; code=$?; test "$before" = "$(ls -A "$dir")" && exit $code`
  const { exitCode, stdout, stderr } = await shell(script, directory)
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^error: .*\/vpc-bridge cannot be installed, and is what it was before: .*$/)
  expect(stderr).toMatch(reason)
})

test('a file in place of the directory: one line that says so', async () => {
  const file = join(await temporaryDirectory(), 'file')
  await writeFile(file, 'text')
  const { exitCode, stderr } = await run(install(file))
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/^error: .*\/file\/vpc-bridge cannot be installed, and is what it was before: .*$/)
  expect(await readFile(file, 'utf8')).toBe('text')
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s while it is written: what was there before, and nothing else',
  async (name) => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, 'vpc-bridge'), 'earlier')
    const [command, ...args] = [...slowly, ...install(directory)]
    const installing = execa(command, args, { reject: false })
    await expect.poll(() => readdir(directory)).toHaveLength(2)
    process.kill(await innermost(installing.pid ?? 0), name)
    const { exitCode, stderr } = await installing
    expect(exitCode).toBe(2)
    expect(stderr).toContain(`and is what it was before: interrupted by ${name}`)
    expect(await readdir(directory)).toEqual(['vpc-bridge'])
    expect(await readFile(join(directory, 'vpc-bridge'), 'utf8')).toBe('earlier')
  },
)

test('what was killed long ago is removed; what may be written just now, and what is of others, is not', async () => {
  const directory = await temporaryDirectory()
  const longAgo = new Date(Date.now() - 3_600_000)
  const make = async (name: string) => {
    await writeFile(join(directory, name), '')
    await utimes(join(directory, name), longAgo, longAgo)
  }
  await make('.vpc-bridge-0123456789ab')
  await make('.vpc-bridge-notes')
  await make('bridge')
  await writeFile(join(directory, '.vpc-bridge-ba9876543210'), '')
  await mkdir(join(directory, '.vpc-bridge'))
  expect(await run(install(directory))).toMatchObject({ exitCode: 0, stderr: '' })
  const left = ['.vpc-bridge', '.vpc-bridge-ba9876543210', '.vpc-bridge-notes', 'bridge', 'vpc-bridge']
  expect((await readdir(directory)).toSorted()).toEqual(left)
})
