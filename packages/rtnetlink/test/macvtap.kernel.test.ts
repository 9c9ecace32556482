import { stat } from 'node:fs/promises'
import { macvtapIndex, type NewMacvtap } from '@vpc-bridge/kernel'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { createScratch } from '@vpc-bridge/testbed'
import { expect, onTestFinished, test } from 'vitest'
import { createRtnetlinkKernel } from '../src/index.ts'

const mac = '02:00:4a:00:00:01'

test("The device file of a macvtap is its owner's, and goes with it.", async () => {
  const scratch = await createScratch('macvtap')
  const kernel = createRtnetlinkKernel(nodeSyscalls())
  onTestFinished(async () => {
    kernel.close()
    await scratch.destroy()
  })
  const host = (await kernel.open(await scratch.newNetns()))._unsafeUnwrap()
  const netns = await scratch.newNetns()
  const pair = { kind: 'veth', name: 'eth1', peer: { name: 'vpc' } } as const
  ;(await host.change({ do: 'add link', link: pair }))._unsafeUnwrap()
  const link: NewMacvtap = {
    kind: 'macvtap',
    name: 'eth0',
    parent: 'eth1',
    netns,
    mode: 'bridge',
    mac,
    owner: 1000,
    group: 1001,
  }
  ;(await host.change({ do: 'add link', link }))._unsafeUnwrap()
  const device = `/dev/tap${macvtapIndex(mac)}`
  expect(await stat(device)).toMatchObject({ uid: 1000, gid: 1001 })
  ;(await host.change({ do: 'delete link', name: 'eth1' }))._unsafeUnwrap()
  await expect(stat(device)).rejects.toThrow('ENOENT')
})
