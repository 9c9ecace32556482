import { afterEach, describe, expect, test } from 'vitest'
import { addresses, captureState, createWorld, inside, output, ping, run, type World } from '../src/index.ts'

const worlds: World[] = []
const newWorld = async () => {
  const world = await createWorld()
  worlds.push(world)
  return world
}
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.destroy()
})

describe('a world', () => {
  test('connects host, router and the machine beyond, with jumbo frames', async () => {
    const { host } = await newWorld()
    expect(await ping(host, addresses.router, { packetSize: 9001 })).toBe(true)
    expect(await ping(host, addresses.beyond, { packetSize: 9001 })).toBe(true)
    expect(await ping(host, addresses.beyond, { packetSize: 9002 })).toBe(false)
    expect(await ping(host, '10.1.0.3')).toBe(false)
  })

  test('does not change the machine it runs on', async () => {
    const machine = () => captureState('/proc/self/ns/net')
    const before = await machine()
    const { addContainer } = await newWorld()
    await addContainer('blue')
    expect(await machine()).toEqual(before)
  })

  test('several at once do not meet', async () => {
    const [one, other] = await Promise.all([newWorld(), newWorld()])
    await output(inside(one.beyond, ['ip', 'address', 'delete', `${addresses.beyond}/24`, 'dev', 'eth0']))
    expect(await ping(one.host, addresses.beyond)).toBe(false)
    expect(await ping(other.host, addresses.beyond)).toBe(true)
  })

  test('is gone when it is destroyed', async () => {
    const world = await createWorld()
    const blue = await world.addContainer('blue')
    expect((await run(['ls', blue, world.host])).exitCode).toBe(0)
    await world.destroy()
    const { stdout } = await run(['ls', blue, world.host, world.router, world.beyond])
    expect(stdout).toBe('')
  })

  test('is gone when its process is killed', async () => {
    const program = new URL('killed.ts', import.meta.url).pathname
    const { exitCode, stdout } = await run([process.execPath, program])
    expect(exitCode).not.toBe(0)
    const host = stdout.trim()
    expect(host).toMatch(/^\/run\/netns\/vb\d+-1-host$/)
    await expect.poll(async () => (await run(['ls', host])).exitCode, { timeout: 10_000 }).not.toBe(0)
  })

  test('delivers to the ENI what is assigned to it', async () => {
    const { host, router, assignToEni } = await newWorld()
    await output(inside(host, ['ip', 'address', 'add', '192.168.1.77/32', 'dev', 'lo']))
    await output(inside(host, ['tee', '/proc/sys/net/ipv4/conf/all/arp_ignore']), { input: '1' })
    expect(await ping(router, '192.168.1.77')).toBe(false)
    await assignToEni('192.168.1.77')
    expect(await ping(router, '192.168.1.77')).toBe(true)
  })
})
