import { intercept, type Netns, type Operation, operationError } from '@vpc-bridge/kernel'
import { hostVethName } from '@vpc-bridge/plugin'
import { errAsync } from 'neverthrow'
import { expect, test } from 'vitest'
import { attachmentOf } from './support/attachment.ts'
import { clock } from './support/clock.ts'
import { createMemoryHost } from './support/memory-host.ts'
import { add, checkEndpoint, del } from './support/walks.ts'

const modes = ['L3', 'L3, dual stack', 'L3, TAP', 'L3 in another namespace', 'L2', 'L2, TAP', 'L2 in another namespace']
const bridge = 'vpcbr2'

/** A network with two endpoints, of which an ADD for a third one makes what somebody has taken from it. */
async function stage(mode: string) {
  const { kernel, host } = await createMemoryHost()
  for (const path of ['/blue', '/red', '/green', '/away']) kernel.addNetns(path)
  const path = mode.includes('another') ? '/away' : '/host'
  const blue = attachmentOf(mode, '/blue', '/away')
  const red = { ...blue, netns: '/red', containerId: 'red', addresses: ['192.168.1.44/24'] }
  const green = { ...blue, netns: '/green', containerId: 'green', addresses: ['192.168.1.45/24'] }
  for (const each of [blue, red]) (await add(host, each, { clock }))._unsafeUnwrap()
  return { kernel, host, site: (await kernel.open(path))._unsafeUnwrap(), blue, red, green }
}

type Stage = Awaited<ReturnType<typeof stage>>

async function drifts({ host }: Stage, attachment: Stage['blue']): Promise<readonly string[]> {
  const compared = (await checkEndpoint(host, attachment, () => true))._unsafeUnwrap()
  return compared === 'not connected' ? [compared] : compared.flatMap(({ drift }) => drift.map(({ what }) => what))
}

const damages: Readonly<Record<string, (site: Netns) => readonly Operation[]>> = {
  'the bridge is deleted': () => [{ do: 'delete link', name: bridge }],
  'the bridge is switched off': () => [{ do: 'set link', name: bridge, set: { up: false } }],
  'all rules of the packet filter are flushed': () => [{ do: 'delete MAC translation', dev: 'eth10' }],
}

test.each(
  modes.flatMap((mode) =>
    Object.keys(damages)
      .filter((damage) => mode.startsWith('L2') || !damage.includes('packet filter'))
      .map((damage) => [mode, damage] as const),
  ),
)('%s: what an ADD repairs once %s, it repairs for all', async (mode, damage) => {
  const whole = await stage(mode)
  const { host, site, blue, red, green } = whole
  for (const each of [blue, red]) expect(await drifts(whole, each)).toEqual([])
  for (const operation of damages[damage]?.(site) ?? []) (await site.change(operation))._unsafeUnwrap()
  expect((await drifts(whole, blue)).length).toBeGreaterThan(0)
  ;(await add(host, green, { clock }))._unsafeUnwrap()
  for (const each of [blue, red, green]) expect(await drifts(whole, each)).toEqual([])
})

test('a bridge is made anew, too, when its ENI was renamed and another interface has the former name', async () => {
  const whole = await stage('L3')
  const { kernel, host, site, blue, red, green } = whole
  ;(await site.change({ do: 'delete link', name: bridge }))._unsafeUnwrap()
  kernel.renameLink('/host', 'eth10', 'ens6')
  kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:99' })
  const byMac = { ...green, eni: { by: 'mac', mac: '02:00:00:00:00:10' } } as const
  ;(await add(host, byMac, { clock }))._unsafeUnwrap()
  for (const each of [blue, red, byMac]) (await del(host, { ...each, eni: byMac.eni }, { clock }))._unsafeUnwrap()
  expect((await host.links())._unsafeUnwrap().map(({ name }) => name)).toEqual(['lo', 'ens6', 'eth10'])
})

test('a bridge that is made anew on an ENI with another index keeps the MAC address that containers know', async () => {
  const whole = await stage('L3')
  const { kernel, host, site, blue, red, green } = whole
  ;(await site.change({ do: 'delete link', name: bridge }))._unsafeUnwrap()
  kernel.removePhysicalLink('/host', 'eth10')
  kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:10', mtu: 9001 })
  ;(await add(host, green, { clock }))._unsafeUnwrap()
  for (const each of [blue, red, green]) expect(await drifts(whole, each)).toEqual([])
  for (const each of [blue, red, green]) (await del(host, each, { clock }))._unsafeUnwrap()
  expect((await host.links())._unsafeUnwrap().map(({ name }) => name)).toEqual(['lo', 'eth10'])
})

test.each(['L3, dual stack', 'L2'])(
  '%s: an ADD that fails takes back what it has repaired for others, too',
  async (mode) => {
    const { kernel, host, site, green } = await stage(mode)
    const damage = mode === 'L2' ? 'all rules of the packet filter are flushed' : 'the bridge is switched off'
    for (const operation of damages[damage]?.(site) ?? []) (await site.change(operation))._unsafeUnwrap()
    const failing = intercept(host, (operation, where, proceed) =>
      where.path === '/green' && operation.do === 'add route'
        ? errAsync(operationError(operation, where.path, 'ENOMEM', 'injected failure'))
        : proceed(),
    )
    const before = kernel.state()
    expect((await add(failing, green, { clock }))._unsafeUnwrapErr()).toMatchObject({ rollback: { failed: [] } })
    expect(kernel.state()).toEqual(before)
  },
)

test('what cannot be repaired for another is told of, and is none of the ADD', async () => {
  const { host, site, blue, green } = await stage('L3')
  ;(await site.change({ do: 'set link', name: bridge, set: { up: false } }))._unsafeUnwrap()
  ;(await site.change({ do: 'add link', link: { kind: 'dummy', name: 'other', up: true } }))._unsafeUnwrap()
  const taken = {
    destination: '192.168.1.43/32',
    dev: 'other',
    onlink: false,
    scope: 'link',
    protocol: 'boot',
    metric: 0,
  } as const
  ;(await site.change({ do: 'add route', route: taken }))._unsafeUnwrap()
  const warnings: string[] = []
  ;(await add(host, green, { clock, warn: (message) => warnings.push(message) }))._unsafeUnwrap()
  expect(warnings.filter((message) => !message.startsWith('eniMACAddress'))).toEqual([
    expect.stringContaining(`${blue.ifName} of container ${blue.containerId}`),
  ])
  const routes = (await site.routes({ family: 'inet', dev: bridge }))._unsafeUnwrap()
  expect(routes.map(({ destination }) => destination)).toEqual(['192.168.1.44/32', '192.168.1.45/32'])
})

test('an endpoint that is removed at the same time takes along what was repaired', async () => {
  const { host, site, blue, green } = await stage('L3')
  ;(await site.change({ do: 'set link', name: bridge, set: { up: false } }))._unsafeUnwrap()
  let removed: ReturnType<Netns['change']> | undefined
  const observe = ({ type, step }: { readonly type: string; readonly step?: string }) => {
    if (type === 'started' && step === 'route 192.168.1.43/32 on vpcbr2') {
      removed = site.change({ do: 'delete link', name: hostVethName(blue) })
    }
  }
  ;(await add(host, green, { clock, observe }))._unsafeUnwrap()
  await removed
  const routes = (await site.routes({ family: 'inet', dev: bridge }))._unsafeUnwrap()
  expect(routes.map(({ destination }) => destination)).not.toContain('192.168.1.43/32')
  ;(await del(host, blue, { clock }))._unsafeUnwrap()
})
