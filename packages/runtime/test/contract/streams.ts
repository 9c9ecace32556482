import assert from 'node:assert/strict'
import { openFlags } from '../../src/index.ts'
import { type ContractCase, type ContractWorld, errnoOf, outputOf, value } from './case.ts'

const limit = 1_000_000

/** Makes a named pipe, and opens both ends of it without blocking. */
async function openPipe(world: ContractWorld) {
  const path = `${world.directory}/pipe`
  await outputOf(world, `mkfifo ${path}`)
  const reading = world.syscalls.open(path, openFlags.read | openFlags.nonblocking | openFlags.closeOnExec)
  const writing = world.syscalls.open(path, openFlags.write | openFlags.nonblocking | openFlags.closeOnExec)
  assert.ok(reading >= 0 && writing >= 0)
  return { path, reading, writing }
}

const inBackground = '>/dev/null 2>&1 </dev/null &'

export const streamCases: readonly ContractCase[] = [
  {
    name: 'a pipe that does not block is read to its end, characters in one piece',
    run: async (world) => {
      const { path, reading, writing } = await openPipe(world)
      const text = "printf 'gr\\303'; sleep 0.3; printf '\\266\\303\\237e'"
      await outputOf(world, `exec 3>${path}; (exec >&3; ${text}) 2>/dev/null </dev/null & exec 3>&-`)
      world.syscalls.close(writing)
      assert.equal(value(world.runtime.files.readToEnd(reading, limit)), 'größe')
      world.syscalls.close(reading)
    },
  },
  {
    name: 'what cannot be read to its end is an error',
    run: async (world) => {
      const { files } = world.runtime
      const { open, close } = world.syscalls
      const directory = open('/proc', openFlags.closeOnExec)
      const endless = open('/dev/zero', openFlags.closeOnExec)
      const writeOnly = open('/dev/null', openFlags.write | openFlags.closeOnExec)
      assert.equal(errnoOf(files.readToEnd(directory, limit)), 'EISDIR')
      assert.equal(errnoOf(files.readToEnd(endless, limit)), 'EFBIG')
      assert.equal(errnoOf(files.readToEnd(writeOnly, limit)), 'EBADF')
      for (const descriptor of [directory, endless, writeOnly]) close(descriptor)
      assert.equal(errnoOf(files.readToEnd(directory, limit)), 'EBADF')
    },
  },
  {
    name: 'the limit is a number of bytes that is still read',
    run: async ({ runtime: { files }, syscalls: { open, close }, directory }) => {
      value(files.writeFile(`${directory}/file`, 'é'.repeat(5000)))
      for (const [bytes, isEnough] of [
        [10_000, true],
        [9999, false],
      ] as const) {
        const descriptor = open(`${directory}/file`, openFlags.closeOnExec)
        assert.equal(files.readToEnd(descriptor, bytes).isOk(), isEnough)
        close(descriptor)
      }
    },
  },
  {
    name: 'a full pipe that does not block is waited for while somebody reads from it',
    run: async (world) => {
      const { path, reading, writing } = await openPipe(world)
      const text = 'größe\n'.repeat(50_000)
      await outputOf(world, `exec 3<${path}; (sleep 0.3; cat <&3 >${world.directory}/out) ${inBackground}`)
      world.syscalls.close(reading)
      assert.ok(world.runtime.files.write(writing, text))
      world.syscalls.close(writing)
      await outputOf(world, `until [ $(stat -c %s ${world.directory}/out) = 400000 ]; do sleep 0.05; done`)
      assert.equal(value(world.runtime.files.read(`${world.directory}/out`)), text)
    },
  },
  {
    name: 'a full pipe that nobody reads from is given up after five seconds',
    run: async (world) => {
      const { reading, writing } = await openPipe(world)
      const { clock, files } = world.runtime
      const start = clock.now()
      assert.ok(!files.write(writing, 'x'.repeat(200_000)))
      const took = clock.now() - start
      assert.ok(took > 4900 && took < 20_000, `${took} ms`)
      world.syscalls.close(reading)
      // Nobody can read from it any more.
      assert.ok(!files.write(writing, 'x'))
      world.syscalls.close(writing)
      assert.ok(!files.write(writing, 'x'))
    },
  },
  {
    name: 'a full disk is told',
    run: async ({ runtime: { files }, syscalls: { open, close } }) => {
      const descriptor = open('/dev/full', openFlags.write | openFlags.closeOnExec)
      assert.ok(!files.write(descriptor, 'x'))
      assert.ok(files.write(descriptor, ''))
      close(descriptor)
    },
  },
  {
    name: 'the clock goes on, at least as long as one sleeps',
    run: async ({ runtime: { clock } }) => {
      const start = clock.now()
      await clock.sleep(50)
      const took = clock.now() - start
      assert.ok(took >= 49 && took < 10_000, `${took} ms`)
      await clock.sleep(0)
    },
  },
]
