import { intercept, type Netns, operationError } from '@vpc-bridge/kernel'
import { errAsync } from 'neverthrow'
import { describe, expect, test } from 'vitest'
import { attachmentOf } from './support/attachment.ts'
import { clock } from './support/clock.ts'
import { createMemoryHost } from './support/memory-host.ts'
import { type Attachment, add, del, removeStrays } from './support/walks.ts'

const bridge = 'vpcbr2'
const stale = '02:00:00:00:00:99'

/** A network with an endpoint in it, and another endpoint to come and go, whose addresses the kernel knows by another MAC address. */
async function stage(mode: string) {
  const machine = await createMemoryHost()
  const { kernel, host } = machine
  for (const path of ['/blue', '/red', '/away']) kernel.addNetns(path)
  const attachment = attachmentOf(mode, '/blue', '/away')
  const other = { ...attachment, netns: '/red', containerId: 'red', addresses: ['192.168.1.44/24'] }
  ;(await add(host, other, { clock }))._unsafeUnwrap()
  const path = mode.includes('another') ? '/away' : '/host'
  const site = (await kernel.open(path))._unsafeUnwrap()
  const learn = (address: string) => kernel.learnNeighbour(path, { dev: bridge, address, mac: stale })
  const learnAll = () => {
    for (const address of hostsOf(attachment)) learn(address)
  }
  return { kernel, host, site, attachment, other, learn, learnAll }
}

const hostsOf = ({ addresses }: Attachment) => addresses.map((address) => address.replace(/\/.*/, ''))

async function knownOf(site: Netns, attachment: Attachment): Promise<readonly unknown[]> {
  const entries = []
  for (const address of hostsOf(attachment)) entries.push((await site.neighbour(bridge, address))._unsafeUnwrap())
  return entries.filter((entry) => entry !== undefined)
}

describe.each([
  'L3',
  'L3, dual stack',
  'L3, TAP',
  'L3 in another namespace',
  'L2',
  'L2, TAP',
  'L2 in another namespace',
])('%s', (mode) => {
  test('what the host has learnt of an address before is forgotten by the ADD that it is for', async () => {
    const { host, site, attachment, learnAll } = await stage(mode)
    learnAll()
    ;(await add(host, attachment, { clock }))._unsafeUnwrap()
    expect(await knownOf(site, attachment)).toEqual([])
  })

  test('what the host learns while an ADD is going on is forgotten, too', async () => {
    const { host, site, attachment, learnAll } = await stage(mode)
    const observe = ({ type, step = '' }: { readonly type: string; readonly step?: string }) => {
      // Of the steps that make it.
      if (type === 'applied' && !/^(no learnt neighbour|record)/.test(step)) learnAll()
    }
    ;(await add(host, attachment, { clock, observe }))._unsafeUnwrap()
    expect(await knownOf(site, attachment)).toEqual([])
  })

  test('what the host has learnt of an endpoint goes with it', async () => {
    const { host, site, attachment, other, learn, learnAll } = await stage(mode)
    ;(await add(host, attachment, { clock }))._unsafeUnwrap()
    learnAll()
    learn('192.168.1.44')
    ;(await del(host, attachment, { clock }))._unsafeUnwrap()
    expect(await knownOf(site, attachment)).toEqual([])
    expect(await knownOf(site, other)).toHaveLength(1)
  })

  test('an ADD that fails leaves nothing that was learnt of it', async () => {
    const { kernel, host, site, attachment, learnAll } = await stage(mode)
    const before = kernel.state()
    const failing = intercept(host, (operation, where, proceed) => {
      if (operation.do !== 'set link' || operation.set.alias?.includes('unfinished') !== false) return proceed()
      if (!operation.name.startsWith('veth')) return proceed()
      learnAll()
      return errAsync(operationError(operation, where.path, 'ENOMEM', 'injected failure'))
    })
    expect((await add(failing, attachment, { clock }))._unsafeUnwrapErr()).toMatchObject({ rollback: { failed: [] } })
    expect(await knownOf(site, attachment)).toEqual([])
    if (mode !== 'L3, dual stack') expect(kernel.state()).toEqual(before)
  })

  test('what was learnt of an endpoint that is gone goes with what led to it', async () => {
    const { kernel, host, site, attachment, learnAll } = await stage(mode)
    ;(await add(host, attachment, { clock }))._unsafeUnwrap()
    kernel.removeNetns('/blue')
    learnAll()
    ;(await removeStrays(host, attachment, { clock }))._unsafeUnwrap()
    expect(await knownOf(site, attachment)).toEqual([])
  })
})

test('an entry that somebody has set stays as long as the endpoint', async () => {
  const { host, site, attachment } = await stage('L3')
  const neighbour = { dev: bridge, address: '192.168.1.43', mac: stale }
  ;(await site.change({ do: 'set neighbour', neighbour }))._unsafeUnwrap()
  ;(await add(host, attachment, { clock }))._unsafeUnwrap()
  expect(await knownOf(site, attachment)).toEqual([{ ...neighbour, isPermanent: true }])
  ;(await del(host, attachment, { clock }))._unsafeUnwrap()
  expect(await knownOf(site, attachment)).toEqual([])
})
