import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { addresses, captureState, inside, ping, run, writeSysctl } from '@vpc-bridge/testbed'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { configOf, modes } from './support/attachment.ts'
import { builds, config, type Execution, execute, succeed } from './support/runtime.ts'
import { scratchDirectory } from './support/scratch-directory.ts'
import { withoutIndexes } from './support/states.ts'
import { useWorld } from './support/use-world.ts'

const killedAdd = fileURLToPath(new URL('support/killed.ts', import.meta.url))

const [{ program } = { program: [] }] = builds

test.each(modes)(
  '%s: after an ADD that was killed after any operation, DEL leaves nothing, and ADD completes',
  {
    timeout: 1_200_000,
  },
  async (mode) => {
    const { host, blue, addContainer } = await useWorld()
    const away = await addContainer('away')
    const request = { netns: blue, config: configOf(mode, away) }
    const state = () => Promise.all([host, blue, away].map(captureState))
    const before = await state()
    await succeed(program, host, { command: 'ADD', ...request })
    const complete = withoutIndexes(await state())
    const remove = async () => {
      await succeed(program, host, { command: 'DEL', ...request })
      // This a DEL leaves on purpose.
      await writeSysctl(host, 'net/ipv6/conf/all/forwarding', '0')
      await writeSysctl(away, 'net/ipv6/conf/all/forwarding', '0')
    }
    await remove()

    let nth = 0
    for (;;) {
      nth += 1
      const killAfterNth = () => run([process.execPath, killedAdd, host, blue, mode, away, String(nth)])
      if ((await killAfterNth()).exitCode === 0) break
      expect(await state(), `killed after operation ${nth}`).not.toEqual(before)
      await remove()
      expect(await state(), `killed after operation ${nth}, then DEL`).toEqual(before)

      await killAfterNth()
      const again = await execute(program, host, { command: 'ADD', ...request })
      // All was done and only the result not told: then the interface is taken.
      if (again.exitCode !== 0) expect(JSON.parse(again.stdout)).toMatchObject({ code: 101 })
      expect(withoutIndexes(await state()), `killed after operation ${nth}, then ADD`).toEqual(complete)
      if (!mode.includes('TAP')) expect(await ping(blue, addresses.beyond)).toBe(true)
      await remove()
      expect(await state()).toEqual(before)
    }
    expect(nth).toBeGreaterThan(6)
  },
)

/** Starts an ADD, to send signals to it. */
function startAdd(
  build: readonly string[],
  host: string,
  { netns = '', config: given = config, environment = {} }: Omit<Execution, 'command'>,
) {
  const [nsenter = '', ...rest] = inside(host, build)
  return execa(nsenter, rest, {
    input: JSON.stringify(given),
    reject: false,
    env: {
      CNI_COMMAND: 'ADD',
      CNI_CONTAINERID: 'test-container',
      CNI_NETNS: netns,
      CNI_IFNAME: 'blueveth',
      VPC_CNI_LOG_FILE: '/dev/null',
      ...environment,
    },
  })
}

describe.each(builds)('$build', ({ program: [file = '', ...args] }) => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s during an ADD rolls it back', { timeout: 120_000 }, async (signal) => {
    const { host, blue } = await useWorld()
    const state = async () => [await captureState(host), await captureState(blue)]
    const before = await state()
    const outcomes = new Set<string>()
    // The moment is not known at which the program has begun and is not done yet: later and later, until it was met.
    for (let delay = 0; delay < 400 && !outcomes.has('rolled back'); delay += 3) {
      const adding = startAdd([file, ...args], host, { netns: blue })
      await setTimeout(delay)
      adding.kill(signal)
      const { exitCode, stdout, signal: killedBy } = await adding
      if (exitCode === 0) {
        outcomes.add('done')
        await succeed([file, ...args], host, { command: 'DEL', netns: blue })
      } else if (killedBy === undefined) {
        outcomes.add('rolled back')
        expect(JSON.parse(stdout)).toMatchObject({
          code: 104,
          msg: expect.stringContaining(`interrupted by ${signal}`),
        })
      } else {
        // So early that the program was not there yet.
        outcomes.add('not begun')
      }
      expect(await state()).toEqual(before)
    }
    expect(outcomes).toContain('rolled back')
  })

  test('SIGTERM while an IPAM plugin is at it ends that, and gives the address back', async () => {
    const { host, blue } = await useWorld()
    const state = async () => [await captureState(host), await captureState(blue)]
    const before = await state()
    const directory = await scratchDirectory()
    const [plugin, log] = [join(directory, 'slow'), join(directory, 'log')]
    await writeFile(plugin, `#!/bin/sh\necho $CNI_COMMAND $$ >>${log}\n[ $CNI_COMMAND = DEL ] || exec sleep 1000\n`, {
      mode: 0o755,
    })
    const adding = startAdd([file, ...args], host, {
      netns: blue,
      config: { ...config, ipAddresses: undefined, ipam: { type: 'slow' } },
      environment: { CNI_PATH: directory },
    })
    const lines = async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(0, -1)
    await expect.poll(lines, { timeout: 30_000 }).toHaveLength(1)
    adding.kill('SIGTERM')
    const { exitCode, stdout } = await adding
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      code: 104,
      msg: 'IPAM plugin "slow": ADD was interrupted by SIGTERM',
    })
    const done = await lines()
    expect(done.map((line) => line.split(' ')[0])).toEqual(['ADD', 'DEL'])
    expect(existsSync(`/proc/${done[0]?.split(' ')[1]}`)).toBe(false)
    expect(await state()).toEqual(before)
  })
})
