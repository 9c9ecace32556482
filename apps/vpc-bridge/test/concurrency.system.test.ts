import { captureState, inside, output, ping, type World } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { config, execute, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

/** Containers of one network, each with an address of its own. */
async function containers({ addContainer, assignToEni }: World, count: number) {
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      await assignToEni(`192.168.1.${100 + n}`)
      return {
        netns: await addContainer(`c${n}`),
        containerId: `container-${n}`,
        config: { ...config, ipAddresses: [`192.168.1.${100 + n}/24`] },
      }
    }),
  )
}

test('first ADDs and last DELs of a network, all at once', async () => {
  const world = await useWorld()
  const { host } = world
  const before = await captureState(host)
  const all = await containers(world, 12)
  await Promise.all(all.map((each) => succeed(program, host, { command: 'ADD', ...each })))
  const [first, last] = [all[0]?.netns ?? '', all[11]?.netns ?? '']
  expect(await ping(first, '192.168.1.111')).toBe(true)
  expect(await ping(last, '192.168.1.1')).toBe(true)
  await Promise.all(all.map((each) => succeed(program, host, { command: 'DEL', ...each })))
  expect(await captureState(host)).toEqual(before)
})

test('DELs of one endpoint, all at once', async () => {
  const world = await useWorld()
  const { host } = world
  const before = await captureState(host)
  const [one] = await containers(world, 1)
  if (one === undefined) throw new Error('no container')
  for (let round = 0; round < 5; round += 1) {
    await succeed(program, host, { command: 'ADD', ...one })
    await Promise.all(Array.from({ length: 4 }, () => succeed(program, host, { command: 'DEL', ...one })))
    expect(await captureState(host)).toEqual(before)
  }
})

test('a network that comes and goes all the time', async () => {
  const world = await useWorld()
  const { host } = world
  const before = await captureState(host)
  const all = await containers(world, 4)
  const rounds = async (each: (typeof all)[number]) => {
    for (let n = 0; n < 6; n += 1) {
      await succeed(program, host, { command: 'ADD', ...each })
      expect(await ping(each.netns, '192.168.1.1')).toBe(true)
      await succeed(program, host, { command: 'DEL', ...each })
    }
  }
  await Promise.all(all.map(rounds))
  expect(await captureState(host)).toEqual(before)
})

test('a first ADD that fails takes nothing away from others', async () => {
  const world = await useWorld()
  const { host } = world
  const before = await captureState(host)
  const all = await containers(world, 6)
  // Where the default route is one that leads nowhere, one of the last steps fails.
  const odd = all.filter((_, n) => n % 2 === 1)
  for (const { netns } of odd) await output(inside(netns, ['ip', 'route', 'add', 'unreachable', 'default']))
  const results = await Promise.all(all.map((each) => execute(program, host, { command: 'ADD', ...each })))
  const failed = results.filter(({ exitCode }) => exitCode !== 0)
  expect(failed.map(({ stdout }) => JSON.parse(stdout).code)).toEqual([103, 103, 103])
  const succeeded = all.filter((_, n) => results[n]?.exitCode === 0)
  expect(succeeded).toHaveLength(3)
  for (const { netns } of succeeded) expect(await ping(netns, '192.168.1.1')).toBe(true)
  await Promise.all(succeeded.map((each) => succeed(program, host, { command: 'DEL', ...each })))
  expect(await captureState(host)).toEqual(before)
})
