import assert from 'node:assert/strict'
import { findExecutable } from '../../src/index.ts'
import { type ContractCase, errnoOf, outputOf, value } from './case.ts'

export const fileCases: readonly ContractCase[] = [
  {
    name: 'a file is written, read, added to and replaced',
    run: async ({ runtime: { files }, directory }) => {
      const path = `${directory}/file`
      const text = `\ufeff${'größer €𝄞\n'.repeat(20_000)}`
      value(files.writeFile(path, text))
      assert.equal(value(files.read(path)), text)
      value(files.append(path, 'end'))
      assert.equal(value(files.read(path)), `${text}end`)
      value(files.writeFile(path, 'short'))
      assert.equal(value(files.read(path)), 'short')
      value(files.append(`${directory}/new`, 'line\n'))
      assert.equal(value(files.read(`${directory}/new`)), 'line\n')
    },
  },
  {
    name: 'a new file can be read by all',
    run: async (world) => {
      value(world.runtime.files.writeFile(`${world.directory}/written`, ''))
      value(world.runtime.files.append(`${world.directory}/added`, ''))
      assert.equal(await outputOf(world, `stat -c %a ${world.directory}/*`), '644\n644\n')
    },
  },
  {
    name: 'bytes are read as they are, and as U+FFFD where they are no text',
    run: async (world) => {
      const path = `${world.directory}/bytes`
      await outputOf(world, `printf 'a\\000\\377\\303\\244\\355\\240\\200\\355\\260\\200\\202b' > ${path}`)
      assert.deepEqual(
        [...value(world.runtime.files.readBytes(path))],
        [97, 0, 255, 195, 164, 237, 160, 128, 237, 176, 128, 130, 98],
      )
      assert.equal(value(world.runtime.files.read(path)), `a\0\ufffdä${'\ufffd'.repeat(7)}b`)
    },
  },
  {
    name: 'half a surrogate pair is written as U+FFFD',
    run: async ({ runtime: { files }, directory }) => {
      value(files.writeFile(`${directory}/file`, 'a\ud800b\udc00'))
      assert.equal(value(files.read(`${directory}/file`)), 'a\ufffdb\ufffd')
    },
  },
  {
    name: 'files of /proc, whose size is told as zero, are read to their end',
    run: async ({ runtime: { files, pid } }) => {
      assert.ok(value(files.read('/proc/self/status')).includes(`\nPid:\t${pid}\n`))
      assert.ok(value(files.read('/proc/kallsyms')).length > 65_536)
    },
  },
  {
    name: 'a directory lists its names in order',
    run: async ({ runtime: { files }, directory }) => {
      assert.deepEqual(value(files.list(directory)), [])
      const names = ['B', '.hidden', 'a', 'z\n', 'ä', '10', '9', ...Array.from({ length: 2000 }, (_, n) => `file-${n}`)]
      for (const name of names) value(files.writeFile(`${directory}/${name}`, ''))
      assert.deepEqual(value(files.list(directory)), names.toSorted())
    },
  },
  {
    name: 'kinds of files, their inodes and times',
    run: async (world) => {
      const { files } = world.runtime
      const { directory } = world
      await outputOf(world, `cd ${directory} && touch -d '2001-02-03 04:05:06.789Z' file; mkfifo pipe; ln -s file link`)
      const [inode = ''] = (await outputOf(world, `stat -c %i ${directory}/file`)).split('\n')
      const expected = { kind: 'file', inode: BigInt(inode), modifiedMs: Date.parse('2001-02-03T04:05:06.789Z') }
      assert.deepEqual(value(files.stat(`${directory}/file`)), expected)
      assert.deepEqual(value(files.stat(`${directory}/link`)), expected)
      const kindOf = (path: string) => value(files.stat(path)).kind
      assert.deepEqual([directory, `${directory}/pipe`, '/dev/null'].map(kindOf), ['directory', 'pipe', 'other'])
      const descriptor = world.syscalls.open(`${directory}/file`, 0)
      assert.deepEqual(value(files.statDescriptor(descriptor)), expected)
      assert.equal(files.isTerminal(descriptor), false)
      world.syscalls.close(descriptor)
      assert.equal(errnoOf(files.statDescriptor(descriptor)), 'EBADF')
      assert.equal(value(files.readLink(`${directory}/link`)), 'file')
      assert.equal(errnoOf(files.readLink(`${directory}/file`)), 'EINVAL')
    },
  },
  {
    name: 'a file from before 1970',
    run: async (world) => {
      await outputOf(world, `touch -d '1969-12-31 23:59:58.5Z' ${world.directory}/file`)
      assert.equal(value(world.runtime.files.stat(`${world.directory}/file`)).modifiedMs, -1500)
    },
  },
  {
    name: 'access is what the file allows',
    run: async (world) => {
      const { files } = world.runtime
      const path = `${world.directory}/file`
      assert.equal(errnoOf(files.access(path, 'exist')), 'ENOENT')
      value(files.writeFile(path, ''))
      for (const use of ['exist', 'read', 'write'] as const) value(files.access(path, use))
      assert.equal(errnoOf(files.access(path, 'execute')), 'EACCES')
      await outputOf(world, `chmod +x ${path}`)
      value(files.access(path, 'execute'))
    },
  },
  {
    name: 'directories are made with those above them, also when they exist',
    run: async ({ runtime: { files }, directory }) => {
      for (const path of ['a/b/c', 'a/b/c', 'a//d/', '']) value(files.makeDirectory(`${directory}/${path}`))
      assert.deepEqual(value(files.list(`${directory}/a`)), ['b', 'd'])
      value(files.makeDirectory('/'))
      value(files.writeFile(`${directory}/file`, ''))
      assert.equal(errnoOf(files.makeDirectory(`${directory}/file`)), 'EEXIST')
      assert.equal(errnoOf(files.makeDirectory(`${directory}/file/a/b`)), 'ENOTDIR')
      assert.equal(errnoOf(files.makeDirectory('')), 'ENOENT')
    },
  },
  {
    name: 'a copy has the mode that it is given, and replaces nothing',
    run: async (world) => {
      const { files } = world.runtime
      const [from, to] = [`${world.directory}/from`, `${world.directory}/to`]
      const text = '0123456789abcdef'.repeat(20_000)
      value(files.writeFile(from, text))
      value(files.copy(from, to, 0o4755))
      assert.equal(value(files.read(to)), text)
      assert.equal(await outputOf(world, `stat -c %a ${to}`), '4755\n')
      assert.equal(errnoOf(files.copy(from, to, 0o755)), 'EEXIST')
      assert.equal(errnoOf(files.copy(`${from}-missing`, `${to}-2`, 0o755)), 'ENOENT')
      // A copy that fails half-way leaves nothing.
      assert.equal(errnoOf(files.copy(world.directory, `${to}-3`, 0o755)), 'EISDIR')
      assert.deepEqual(value(files.list(world.directory)), ['from', 'to'])
    },
  },
  {
    name: 'a new file of a text has the mode that it is given, whatever the umask, and replaces none',
    run: async (world) => {
      const { files } = world.runtime
      const path = `${world.directory}/file`
      value(files.create(path, 'größe', 0o666))
      assert.equal(value(files.read(path)), 'größe')
      assert.equal(await outputOf(world, `stat -c %a ${path}`), '666\n')
      assert.equal(errnoOf(files.create(path, 'other', 0o600)), 'EEXIST')
      assert.equal(errnoOf(files.create(`${path}/x`, '', 0o600)), 'ENOTDIR')
      assert.equal(value(files.read(path)), 'größe')
    },
  },
  {
    name: 'a file is renamed over another, and removed',
    run: async ({ runtime: { files }, directory }) => {
      value(files.writeFile(`${directory}/a`, 'new'))
      value(files.writeFile(`${directory}/b`, 'old'))
      value(files.rename(`${directory}/a`, `${directory}/b`))
      assert.equal(value(files.read(`${directory}/b`)), 'new')
      assert.equal(errnoOf(files.rename(`${directory}/a`, `${directory}/b`)), 'ENOENT')
      value(files.remove(`${directory}/b`))
      value(files.remove(`${directory}/b`))
      assert.deepEqual(value(files.list(directory)), [])
      assert.ok(files.remove(directory).isErr(), 'a directory is not removed')
    },
  },
  {
    name: 'errors have the names of errno(3)',
    run: async ({ runtime: { files }, directory }) => {
      const missing = `${directory}/missing/file`
      for (const result of [
        files.read(missing),
        files.writeFile(missing, ''),
        files.append(missing, ''),
        files.list(missing),
        files.stat(missing),
        files.readLink(missing),
        files.tryOpen(missing),
      ]) {
        assert.equal(errnoOf(result), 'ENOENT')
      }
      assert.equal(errnoOf(files.read('/dev/zero')), 'EFBIG')
      assert.equal(errnoOf(files.read(directory)), 'EISDIR')
      assert.equal(errnoOf(files.list('/dev/null')), 'ENOTDIR')
      assert.equal(errnoOf(files.tryOpen(directory)), 'EISDIR')
      assert.equal(errnoOf(files.writeFile('/dev/full', 'x')), 'ENOSPC')
      assert.equal(errnoOf(files.stat('x'.repeat(300))), 'ENAMETOOLONG')
    },
  },
  {
    name: 'a path with a null character leads nowhere',
    run: async ({ runtime: { files }, directory }) => {
      const path = `${directory}\0/x`
      for (const result of [files.read(path), files.stat(path), files.makeDirectory(path), files.remove(path)]) {
        assert.equal(errnoOf(result), 'EINVAL')
      }
    },
  },
  {
    name: 'a named pipe without a reader is not waited for',
    run: async (world) => {
      await outputOf(world, `mkfifo ${world.directory}/pipe`)
      assert.equal(errnoOf(world.runtime.files.append(`${world.directory}/pipe`, 'line\n')), 'ENXIO')
      assert.equal(errnoOf(world.runtime.files.list(`${world.directory}/pipe`)), 'ENOTDIR')
    },
  },
  {
    name: 'a program is the first regular file that may be executed',
    run: async (world) => {
      const { directory } = world
      const { files } = world.runtime
      await outputOf(
        world,
        `cd ${directory} && mkdir -p 1/x 2 3 4; touch 2/x 3/x 4/x; chmod +x 3/x 4/x; ln -s missing 1/y; ln -s ../3/x 4/y`,
      )
      const directories = ['missing', '1', '2', '3', '4'].map((name) => `${directory}/${name}`)
      assert.equal(findExecutable(files, 'x', directories), `${directory}/3/x`)
      assert.equal(findExecutable(files, 'y', directories.join(':')), `${directory}/4/y`)
      assert.equal(findExecutable(files, 'z', directories), undefined)
      assert.equal(findExecutable(files, 'x', ':'), undefined)
    },
  },
]
