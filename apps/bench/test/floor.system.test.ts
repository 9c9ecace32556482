import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { captureState, inside, run } from '@vpc-bridge/testbed'
import { expect, onTestFinished, test } from 'vitest'
import { floor } from '../src/floor.ts'
import { createHost } from '../src/host.ts'
import { compile } from '../src/launcher.ts'
import { makeNetwork } from '../src/one-container.ts'
import { executable, ourConfiguration } from '../src/ours.ts'

test('what the floor connects is what ours does: CHECK finds nothing amiss; and it takes all of it away', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'floor-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const host = await createHost((await compile(directory)).launcher)
  onTestFinished(host.destroy)
  await makeNetwork(host, floor)
  const container = await host.addContainer()
  const before = await captureState(host.world.host)
  const { add, del } = await floor.connection(host, container)
  expect([add.length, del.length]).toEqual([2, 1])

  const endpoint = ['--netns', container.netns, '--ifname', 'eth0', '--container-id', container.id, '--config', '-']
  const check = () =>
    run(inside(host.world.host, [executable, 'check', ...endpoint, '--json']), {
      input: JSON.stringify(ourConfiguration('L3')(host, container)),
      environment: { VPC_CNI_LOG_FILE: '/dev/null' },
    })
  expect(await check()).toMatchObject({ exitCode: 2 })
  await host.run(add)
  expect(await check()).toMatchObject({ exitCode: 0 })
  await host.run(del)
  expect(await captureState(host.world.host)).toEqual(before)
})
