import { address } from '@vpc-bridge/address'
import { fields } from '@vpc-bridge/config'
import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { bridge, veth } from '@vpc-bridge/link'
import { within } from '@vpc-bridge/netns'
import { definePlugin, own, type Steps, shared } from '@vpc-bridge/plugin'
import { neighbour, route } from '@vpc-bridge/route'
import type { Step } from '@vpc-bridge/step'
import { okAsync } from 'neverthrow'

/** A plugin of one veth pair, with whatever further steps. */
export function cable({ further = [], common = [] }: { readonly further?: Steps; readonly common?: Steps } = {}) {
  return definePlugin({
    type: 'cable',
    config: fields({}),
    ipam: 'optional',
    observe: () => okAsync(undefined),
    phases: (_, { hostLink, ifName: dev, netns, mac, ips, routes }) => [
      shared(...common),
      own(
        veth({ ...hostLink, mtu: 1500, peer: { name: dev, netns, mac } }),
        ...within(netns, [
          ...ips.map((ip) => address({ dev, address: ip.address })),
          ...ips.flatMap(({ gateway }) =>
            gateway === undefined ? [] : [neighbour({ dev, address: gateway, mac: hostLink.mac })],
          ),
          ...routes.map((each) => route({ ...each, dev })),
        ]),
        ...further,
      ),
    ],
  })
}

/** A step that makes a bridge, with a flaw. */
export function flawedBridge(flaw: Partial<Step<Netns, KernelError>> = {}): Step<Netns, KernelError> {
  return { ...bridge({ name: 'flawed', mac: '02:00:00:00:00:77', mtu: 1500 }), ...flaw }
}
