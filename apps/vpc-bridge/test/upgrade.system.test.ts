import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addresses, ping, recordChanges, writeSysctl } from '@vpc-bridge/testbed'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  captureStates,
  createStage,
  type RecordedNetwork,
  recordedModes,
  recordNetwork,
  replayNetwork,
  requestFor,
  type Stage,
  stateOf,
} from './support/recorded-network.ts'
import { program, succeed } from './support/runtime.ts'

const timeout = 300_000

/** The networks that earlier versions have left: a directory for each version, and in it a file for each mode. */
const directory = fileURLToPath(new URL('fixtures/networks', import.meta.url))
const earlier = readdirSync(directory).flatMap((version) =>
  readdirSync(join(directory, version)).map((file) => ({
    version,
    mode: file.replace('.json', ''),
    recorded: JSON.parse(readFileSync(join(directory, version, file), 'utf8')) as RecordedNetwork,
  })),
)

async function useStage(): Promise<Stage> {
  const stage = await createStage()
  onTestFinished(stage.destroy)
  return stage
}

/** A stage with a network that was there before this version came. */
async function useNetwork(recorded: RecordedNetwork) {
  const stage = await useStage()
  const before = await stateOf(stage)
  await replayNetwork(stage, recorded)
  const [blue, red, green] = await Promise.all(
    [...recorded.endpoints, recorded.later].map((endpoint) => requestFor(stage, endpoint)),
  )
  if (blue === undefined || red === undefined || green === undefined) throw new Error('not three endpoints')
  return { stage, before, blue, red, green }
}

/** Puts back what the last DEL leaves on purpose: the machine's switch for IPv6 forwarding. */
async function switchOff({ host = '', away = '' }: Stage['places']): Promise<void> {
  for (const netns of [host, away]) await writeSysctl(netns, 'net/ipv6/conf/all/forwarding', '0')
}

/** Versions of CNI with GC and STATUS. */
const later = { cniVersion: '1.1.0' }

describe.each(earlier)('a network of $version, $mode', ({ mode, recorded }) => {
  test('is checked, grows, is collected and removed', { timeout }, async () => {
    const { stage, before, blue, red, green } = await useNetwork(recorded)
    const { host } = stage.world
    const check = (endpoint: typeof blue) => {
      const config = { ...endpoint.config, prevResult: endpoint.result }
      return succeed(program, host, { ...endpoint, command: 'CHECK', config })
    }
    // Debian's host-local does not know the version of CNI that STATUS came with, and no STATUS is right for it.
    if (!mode.includes('host-local'))
      await succeed(program, host, { ...green, command: 'STATUS', config: { ...green.config, ...later } })
    await check(blue)
    await check(red)
    const result = await succeed(program, host, { ...green, command: 'ADD' })
    await check({ ...green, result })
    await check(blue)
    // There is no machine behind a TAP interface to ask or to answer; its endpoints are checked only.
    const reach = async (netns: string, address: string) => mode.endsWith('tap') || (await ping(netns, address))
    if (!mode.includes('ipv6')) {
      for (const { netns } of [blue, red, green]) expect(await reach(netns, addresses.beyond)).toBe(true)
      expect(await reach(stage.world.beyond, '192.168.1.43')).toBe(true)
    }
    if (mode.includes('ipv6') || mode.includes('dual')) expect(await ping(blue.netns, 'fd00:1::45')).toBe(true)

    const valid = [blue, green].map(({ containerId, ifName }) => ({ containerID: containerId, ifname: ifName }))
    const gc = { ...blue.config, ...later, 'cni.dev/valid-attachments': valid }
    await succeed(program, host, { ...blue, command: 'GC', config: gc })
    expect(await stateOf(stage)).toMatchObject({ red: Object(before).red })
    await check(blue)
    await check({ ...green, result })
    for (const endpoint of [blue, red, green]) await succeed(program, host, { ...endpoint, command: 'DEL' })
    await switchOff(stage.places)
    expect(await stateOf(stage)).toEqual(before)
  })

  test('is removed by DELs that know no result, one of them no namespace', { timeout }, async () => {
    const { stage, before, blue, red } = await useNetwork(recorded)
    const { netns: _, ...pathless } = blue
    await succeed(program, stage.world.host, { ...pathless, command: 'DEL' })
    await succeed(program, stage.world.host, { ...red, command: 'DEL' })
    await switchOff(stage.places)
    expect(await stateOf(stage)).toEqual(before)
  })
})

describe('what was recorded', () => {
  test.each(earlier)('of $version, $mode, is what is there afterwards', { timeout }, async ({ recorded }) => {
    const stage = await useStage()
    const before = await captureStates(stage)
    await replayNetwork(stage, recorded)
    expect(await recordChanges(stage.places, before, await captureStates(stage))).toEqual(recorded.kernel)
  })

  test.each(recordedModes)('of this version, %s, makes the same state in another world', { timeout }, async (mode) => {
    const [stage, other] = [await useStage(), await useStage()]
    await replayNetwork(other, await recordNetwork(stage, program, mode))
    expect(await stateOf(other)).toEqual(await stateOf(stage))
  })
})
