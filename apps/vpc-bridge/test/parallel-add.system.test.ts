import { setTimeout } from 'node:timers/promises'
import { ping, type World } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { config, execute, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

/** Makes the command after it wait before its n-th message to the kernel. */
const slowAt = (nth: number) => ['strace', '-f', '-o', '/dev/null', '-e', `inject=sendto:delay_enter=600ms:when=${nth}`]

/** Lets another process make an endpoint while an ADD of the same one waits before its n-th message; returns how each ended. */
async function race({ host, blue }: World & { readonly blue: string }, nth: number, configuration: object) {
  const request = { command: 'ADD', netns: blue, config: configuration } as const
  let isOver = false
  const first = execute([...slowAt(nth), ...program], host, request).finally(() => {
    isOver = true
  })
  await setTimeout(300)
  const wasOver = isOver
  const both = await Promise.all([first, execute(program, host, request)])
  return { wasOver, outcomes: both.map(({ exitCode, stdout }) => (exitCode === 0 ? 'added' : JSON.parse(stdout).code)) }
}

test.each(['L3', 'L2'])(
  '%s: of two processes that make the same endpoint one succeeds, whenever the other one comes',
  { timeout: 900_000 },
  async (bridgeType) => {
    const world = await useWorld()
    const { host, blue, addContainer } = world
    const configuration = { ...config, bridgeType }
    // The network exists, so that nobody has to wait for its lock.
    const red = await addContainer('red')
    const other = { ...configuration, ipAddresses: ['192.168.1.44/24'] }
    await succeed(program, host, { command: 'ADD', netns: red, containerId: 'red', config: other })
    let nth = 0
    for (let isWaiting = true; isWaiting; ) {
      nth += 1
      const { wasOver, outcomes } = await race(world, nth, configuration)
      expect(outcomes.toSorted(), `waiting before message ${nth}`).toEqual([101, 'added'])
      expect(await ping(blue, '192.168.1.1')).toBe(true)
      await succeed(program, host, { command: 'DEL', netns: blue, config: configuration })
      isWaiting = !wasOver
    }
    expect(nth).toBeGreaterThan(5)
  },
)
