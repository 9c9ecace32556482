import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ping, type World } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { config, execute, program, succeed } from './support/runtime.ts'
import { scratchDirectory } from './support/scratch-directory.ts'
import { useWorld } from './support/use-world.ts'

/** Follows the messages to the kernel of the command after it. */
const strace = ['strace', '-f', '--seccomp-bpf', '-e', 'trace=sendto'] as const

/** Makes the command after it wait before its n-th message to the kernel. */
const slowAt = (nth: number) => [...strace, '-o', '/dev/null', '-e', `inject=sendto:delay_enter=600ms:when=${nth}`]

/** Lets another process make an endpoint while an ADD of the same one waits before its n-th message; returns how each ended. */
async function race({ host, blue }: World & { readonly blue: string }, nth: number, configuration: object) {
  const request = { command: 'ADD', netns: blue, config: configuration } as const
  const first = execute([...slowAt(nth), ...program], host, request)
  await setTimeout(300)
  const both = await Promise.all([first, execute(program, host, request)])
  return both.map(({ exitCode, stdout }) => (exitCode === 0 ? 'added' : JSON.parse(stdout).code))
}

test.each(['L3', 'L2'])(
  '%s: of two processes that make the same endpoint one succeeds, whenever the other one comes',
  { timeout: 900_000 },
  async (bridgeType) => {
    const world = await useWorld()
    const { host, blue, addContainer } = world
    const configuration = { ...config, bridgeType }
    const request = { netns: blue, config: configuration }
    // The network exists, so that nobody has to wait for its lock.
    const red = await addContainer('red')
    const other = { ...configuration, ipAddresses: ['192.168.1.44/24'] }
    await succeed(program, host, { command: 'ADD', netns: red, containerId: 'red', config: other })

    const trace = join(await scratchDirectory(), 'trace')
    await succeed([...strace, '-o', trace, ...program], host, { command: 'ADD', ...request })
    await succeed(program, host, { command: 'DEL', ...request })
    const senders = (await readFile(trace, 'utf8')).match(/^\d+(?= +sendto\()/gm) ?? []
    // Each process, of the program and its children, counts its own.
    const most = Math.max(...senders.map((pid) => senders.filter((each) => each === pid).length))
    expect(most).toBeGreaterThan(5)

    for (let nth = 1; nth <= most; nth += 1) {
      const outcomes = await race(world, nth, configuration)
      expect(outcomes.toSorted(), `waiting before message ${nth}`).toEqual([101, 'added'])
      expect(await ping(blue, '192.168.1.1')).toBe(true)
      await succeed(program, host, { command: 'DEL', ...request })
    }
  },
)
