import { existsSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { createWorld, output, run } from '../src/index.ts'
import { look } from '../src/look.ts'

const hasLook = existsSync(look)

async function useHost() {
  const world = await createWorld()
  onTestFinished(() => world.destroy())
  const nsenter = ['nsenter', `--net=${world.host}`]
  return { nsenter, enter: [look, 'enter', world.host] }
}

test.runIf(hasLook)('settings are read as grep reads them', async () => {
  const { enter, nsenter } = await useHost()
  const found = await output([...enter, look, 'settings'])
  const { stdout } = await run([...nsenter, 'grep', '-rs', '', '/proc/sys/net'])
  expect(found.split('\n').toSorted()).toEqual(stdout.split('\n').toSorted())
  expect(found.split('\n').length).toBeGreaterThan(500)
})

test.runIf(hasLook)('a ruleset of nftables is there once there is a table', async () => {
  const { enter, nsenter } = await useHost()
  const hasTables = async () => (await run([...enter, look, 'tables'])).exitCode
  expect(await hasTables()).toBe(1)
  await output([...nsenter, 'nft', 'add table bridge x'])
  expect(await hasTables()).toBe(0)
  await output([...nsenter, 'nft', 'delete table bridge x'])
  expect(await hasTables()).toBe(1)
})

test.runIf(hasLook)(
  'a command runs in a namespace, and ends as it does; what cannot be run is an error that names it',
  async () => {
    const { enter, nsenter } = await useHost()
    const command = ['sh', '-c', 'cat; readlink /proc/self/ns/net; echo oops >&2; exit 3']
    const ended = await run([...enter, ...command], { input: 'x' })
    expect(ended).toEqual(await run([...nsenter, ...command], { input: 'x' }))
    expect(ended).toMatchObject({ exitCode: 3, stderr: 'oops' })
    expect(await run([look, 'enter', '/run/netns/nowhere', 'true'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('/run/netns/nowhere: No such file'),
    })
    expect(await run([...enter, 'nothing-like-it'])).toMatchObject({ exitCode: 127 })
  },
)
