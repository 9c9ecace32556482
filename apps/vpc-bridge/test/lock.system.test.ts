import { setTimeout } from 'node:timers/promises'
import { createIproute2Kernel } from '@vpc-bridge/iproute2'
import { withLock } from '@vpc-bridge/plugin'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { captureState, inside, output, run } from '@vpc-bridge/testbed'
import { execa } from 'execa'
import { ResultAsync } from 'neverthrow'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clock } from './support/clock.ts'
import { builds, config, execute, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

/** The file that the first versions lock, and only that. */
const file = '/proc/self/ns/net'
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

/** Locks the file of a namespace by another process, until `release` is called. */
async function lockFile(netns: string, become: readonly string[] = []) {
  const [program = '', ...args] = inside(netns, [...become, 'flock', '--exclusive', '--no-fork', file, 'cat'])
  const holder = execa(program, args, { stdin: 'pipe', reject: false })
  const release = async () => {
    holder.stdin.end()
    await holder
  }
  onTestFinished(release)
  holder.stdin.write('\n')
  // What comes back has been through cat, which is not run before flock has the lock.
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  return { release }
}

describe.each(builds)('$build', ({ program }) => {
  test('an ADD waits for an older version of root', async () => {
    const { host, blue } = await useWorld()
    const before = await captureState(host)
    const { release } = await lockFile(host)
    let isDone = false
    const adding = execute(program, host, { command: 'ADD', netns: blue }).finally(() => {
      isDone = true
    })
    await setTimeout(1500)
    expect(isDone).toBe(false)
    expect(await captureState(host)).toEqual(before)
    await release()
    expect(await adding).toMatchObject({ exitCode: 0 })
  })

  test('no other user can hold an ADD up', async () => {
    const { host, blue } = await useWorld()
    await lockFile(host, nobody)
    const start = clock.now()
    await succeed(program, host, { command: 'ADD', netns: blue })
    expect(clock.now() - start).toBeLessThan(25_000)
  })

  test('SIGTERM ends a DEL that waits, and leaves the endpoint', async () => {
    const { host, blue } = await useWorld()
    await succeed(program, host, { command: 'ADD', netns: blue })
    const before = await captureState(host)
    const { release } = await lockFile(host)
    const [executable = '', ...args] = inside(host, program)
    const deleting = execa(executable, args, {
      reject: false,
      input: JSON.stringify(config),
      extendEnv: false,
      env: {
        PATH: process.env['PATH'] ?? '',
        CNI_COMMAND: 'DEL',
        CNI_CONTAINERID: 'test-container',
        CNI_NETNS: blue,
        CNI_IFNAME: 'blueveth',
        VPC_CNI_LOG_FILE: '/dev/null',
      },
    })
    // By then it has the lock of the endpoint, a socket, and waits for that of the network.
    await expect.poll(() => output(inside(host, ['cat', '/proc/net/udp'])), { timeout: 60_000 }).toMatch(/\n *\d+:/)
    const start = clock.now()
    deleting.kill('SIGTERM')
    const { stdout } = await deleting
    expect(clock.now() - start).toBeLessThan(10_000)
    expect(JSON.parse(stdout)).toMatchObject({ code: 104, msg: expect.stringContaining('interrupted by SIGTERM') })
    expect(await captureState(host)).toEqual(before)
    await release()
    await succeed(program, host, { command: 'DEL', netns: blue })
  })
})

test('an older version waits for this one', async () => {
  const { host } = await useWorld()
  const kernel = createIproute2Kernel(nodeRuntime(), nodeSyscalls())
  onTestFinished(() => kernel.close())
  const netns = (await kernel.open(host))._unsafeUnwrap()
  const isLockedFor = async (mode: string) =>
    (await run(inside(host, ['flock', `--${mode}`, '--nonblock', file, 'true']))).exitCode === 1
  // One after the other: they would lock each other out.
  const lockedForBoth = async () => [await isLockedFor('shared'), await isLockedFor('exclusive')]
  const lockedFor = () => ResultAsync.fromSafePromise(lockedForBoth())
  expect((await withLock(netns, 'shared', lockedFor, { clock }))._unsafeUnwrap()).toEqual([false, true])
  expect((await withLock(netns, 'exclusive', lockedFor, { clock }))._unsafeUnwrap()).toEqual([true, true])
  expect(await lockedFor()).toMatchObject({ value: [false, false] })
})
