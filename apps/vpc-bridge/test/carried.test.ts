import { type Netns, record } from '@vpc-bridge/kernel'
import { expect, test } from 'vitest'
import { attachmentIn } from './support/attachment.ts'
import { clock } from './support/clock.ts'
import { createMemoryHost } from './support/memory-host.ts'
import { add } from './support/walks.ts'

/** A host where all routes by the ENI have something that no other route can be given. */
function withStrangeRoutes(host: Netns): Netns {
  return {
    ...host,
    routes: (query) => host.routes(query).map((routes) => routes.map((route) => ({ ...route, unknown: ['encap'] }))),
  }
}

test.each([
  ['L2', { bridgeType: 'L2' }],
  ['a bridge in another namespace', { bridgeNetns: '/run/netns/away' }],
] as const)('what cannot be carried is refused in %s before anything is changed', async (_, mode) => {
  const { kernel, host } = await createMemoryHost()
  for (const name of ['blue', 'away']) kernel.addNetns(`/run/netns/${name}`)
  const route = { destination: '10.9.0.0/16', dev: 'eth10', onlink: false, scope: 'link', protocol: 'static' } as const
  ;(await host.change({ do: 'add route', route: { ...route, metric: 0 } }))._unsafeUnwrap()
  const { context, operations } = record(withStrangeRoutes(host))
  const attachment = { ...attachmentIn('/run/netns/blue'), containerId: 'blue', ifName: 'eth0', ...mode }
  const failure = (await add(context, attachment, { clock }))._unsafeUnwrapErr()
  expect(JSON.stringify(failure)).toContain('route 10.9.0.0/16 on eth10')
  expect(operations).toEqual([])
})
