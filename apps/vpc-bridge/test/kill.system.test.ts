import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { addresses, captureState, inside, ping, run, writeSysctl } from '@vpc-bridge/testbed'
import { killedAfter } from '@vpc-bridge/testing'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { attachmentOf, configOf, modes } from './support/attachment.ts'
import { clock } from './support/clock.ts'
import { builds, config, type Execution, execute, program, succeed } from './support/runtime.ts'
import { scratchDirectory } from './support/scratch-directory.ts'
import { withoutIndexes } from './support/states.ts'
import { useWorld } from './support/use-world.ts'
import { type Attachment, add } from './support/walks.ts'

const killedAdd = fileURLToPath(new URL('support/killed.ts', import.meta.url))

/** Performs an ADD in this process that does nothing more after its n-th operation; returns false if it came to its end before. */
async function killAfter(nth: number, host: string, attachment: Attachment): Promise<boolean> {
  const driver = createRtnetlinkKernel(nodeSyscalls(), { macTranslator: nftTranslator(nodeRuntime()) })
  const { kernel, killed } = killedAfter(driver, nth)
  const netns = (await kernel.open(host))._unsafeUnwrap()
  const ended = await Promise.race([killed.then(() => 'killed' as const), add(netns, attachment, { clock })])
  driver.close()
  return ended === 'killed'
}

test('a process that is killed leaves no lock', async () => {
  const { host, blue } = await useWorld()
  const before = await captureState(host)
  const request = { netns: blue, config: configOf('L3', '') }
  for (const nth of ['1', '9']) {
    const { exitCode } = await run([process.execPath, killedAdd, host, blue, 'L3', '', nth])
    expect(exitCode).not.toBe(0)
    await succeed(program, host, { command: 'DEL', ...request })
    expect(await captureState(host)).toEqual(before)
    await succeed(program, host, { command: 'ADD', ...request })
    await succeed(program, host, { command: 'DEL', ...request })
  }
})

test.each(modes)(
  '%s: after an ADD that was killed after any operation, DEL leaves nothing, and ADD completes',
  {
    timeout: 1_200_000,
  },
  async (mode) => {
    const { host, blue, addContainer } = await useWorld()
    const away = await addContainer('away')
    const request = { netns: blue, config: configOf(mode, away) }
    const places = mode.includes('another namespace') ? [host, blue, away] : [host, blue]
    const state = () => Promise.all(places.map(captureState))
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
      if (!(await killAfter(nth, host, attachmentOf(mode, blue, away)))) break
      await remove()
      expect(await state(), `killed after operation ${nth}, then DEL`).toEqual(before)

      await killAfter(nth, host, attachmentOf(mode, blue, away))
      const again = await execute(program, host, { command: 'ADD', ...request })
      // All was done and only the result not told: then the interface is taken.
      if (again.exitCode !== 0) expect(JSON.parse(again.stdout)).toMatchObject({ code: 101 })
      expect(withoutIndexes(await state()), `killed after operation ${nth}, then ADD`).toEqual(complete)
      if (!mode.includes('TAP')) expect(await ping(blue, addresses.beyond)).toBe(true)
      await remove()
    }
    await remove()
    expect(await state()).toEqual(before)
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
    const began = performance.now()
    await succeed([file, ...args], host, { command: 'ADD', netns: blue })
    // The moment is not known at which the program has begun and is not done yet.
    let delay = (performance.now() - began) / 2
    await succeed([file, ...args], host, { command: 'DEL', netns: blue })
    for (let attempt = 0; attempt < 80 && !outcomes.has('rolled back'); attempt += 1) {
      const adding = startAdd([file, ...args], host, { netns: blue })
      await setTimeout(delay)
      adding.kill(signal)
      const { exitCode, stdout, signal: killedBy } = await adding
      if (exitCode === 0) {
        outcomes.add('done')
        delay *= 0.8
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
        delay *= 1.3
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
