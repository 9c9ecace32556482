import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
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

/** The namespaces that worlds of a process have. */
async function namespacesOf(pid: number | string): Promise<readonly string[]> {
  return (await output(['ip', 'netns', 'list'])).split('\n').filter((line) => line.startsWith(`vb${pid}-`))
}

describe('a world', () => {
  test('connects host, router and the machine beyond, with jumbo frames', async () => {
    const { host, beyond } = await newWorld()
    expect(await ping(host, addresses.router, { packetSize: 9001 })).toBe(true)
    expect(await ping(host, addresses.beyond, { packetSize: 9001 })).toBe(true)
    expect(await ping(beyond, addresses.eni, { packetSize: 9001 })).toBe(true)
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
    const [one, other, ...more] = await Promise.all(Array.from({ length: 5 }, newWorld))
    if (one === undefined || other === undefined) throw new Error('no worlds')
    expect(new Set([one, other, ...more].map(({ host }) => host)).size).toBe(5)
    await output(inside(one.beyond, ['ip', 'address', 'delete', `${addresses.beyond}/24`, 'dev', 'eth0']))
    expect(await ping(one.host, addresses.beyond)).toBe(false)
    await one.destroy()
    for (const { host } of [other, ...more]) expect(await ping(host, addresses.beyond)).toBe(true)
  })

  test('is gone when it is destroyed, which may be repeated', async () => {
    const world = await createWorld()
    const blue = await world.addContainer('blue')
    expect((await run(['ls', blue, world.host])).exitCode).toBe(0)
    await world.destroy()
    const { stdout } = await run(['ls', blue, world.host, world.router, world.beyond])
    expect(stdout).toBe('')
    await world.destroy()
  })

  test('leaves nothing when it cannot be built to the end', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'testbed-'))
    onTestFinished(() => {
      vi.unstubAllEnvs()
      rmSync(directory, { recursive: true })
    })
    // An `ip` that refuses one change of many.
    const ip = await output(['sh', '-c', 'command -v ip'])
    const refusing = `#!/bin/sh\n[ "$1" = -n ] || exec ${ip} "$@"\necho refused >&2; exit 2\n`
    writeFileSync(join(directory, 'ip'), refusing)
    chmodSync(join(directory, 'ip'), 0o755)
    vi.stubEnv('PATH', `${directory}:${process.env['PATH']}`)
    await expect(createWorld()).rejects.toThrow('refused')
    expect(await namespacesOf(process.pid)).toEqual([])
  })

  test.each(['killed', 'ended'])('is gone when its process is %s without destroying it', async (how) => {
    const program = new URL('abandoned.ts', import.meta.url).pathname
    // That it ends at all shows that what watches over the world does not hold it.
    const { exitCode, stdout } = await run([process.execPath, program, how])
    expect(exitCode).toBe(how === 'killed' ? 137 : 0)
    const [, pid = ''] = /^\/run\/netns\/vb(\d+)-[0-9a-f]{8}-host$/.exec(stdout) ?? []
    expect(pid).not.toBe('')
    await expect.poll(() => namespacesOf(pid), { timeout: 20_000 }).toEqual([])
    // Nor does what watched over it stay.
    const watchdogs = async () => (await output(['ps', '-A', '-o', 'args='])).includes(`watchdog vb${pid}-`)
    await expect.poll(watchdogs, { timeout: 20_000 }).toBe(false)
  })

  test('delivers to the ENI what is assigned to it', async () => {
    const { host, router, beyond, assignToEni } = await newWorld()
    await output(inside(host, ['ip', 'address', 'add', '192.168.1.77/32', 'dev', 'lo']))
    await output(inside(host, ['tee', '/proc/sys/net/ipv4/conf/all/arp_ignore']), { input: '1' })
    expect(await ping(router, '192.168.1.77')).toBe(false)
    await assignToEni('192.168.1.77')
    expect(await ping(router, '192.168.1.77')).toBe(true)
    expect(await ping(beyond, '192.168.1.77')).toBe(true)
  })
})

describe('a container of a world', () => {
  test('is a namespace of its own, with nothing in it', async () => {
    const { addContainer } = await newWorld()
    const links = JSON.parse(await output(inside(await addContainer('blue'), ['ip', '-json', 'link', 'show'])))
    expect(links.map(({ ifname }: { ifname: string }) => ifname)).toEqual(['lo'])
  })

  test('is there once', async () => {
    const { addContainer } = await newWorld()
    await addContainer('blue')
    await expect(addContainer('blue')).rejects.toThrow('File exists')
  })

  test('can be removed, and made again', async () => {
    const { addContainer, removeContainer } = await newWorld()
    const blue = await addContainer('blue')
    await removeContainer('blue')
    expect((await run(['ls', blue])).exitCode).not.toBe(0)
    expect(await addContainer('blue')).toBe(blue)
  })
})

test('a ping that cannot be tried is not one that failed', async () => {
  const { addContainer } = await newWorld()
  await expect(ping('/run/netns/no-such-namespace', addresses.eni)).rejects.toThrow('no-such-namespace')
  expect(await ping(await addContainer('blue'), addresses.eni)).toBe(false)
})
