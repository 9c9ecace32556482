import { address } from '@vpc-bridge/address'
import { boolean, fields, key, mtu, orElse } from '@vpc-bridge/config'
import { familiesOf, hostPrefix, subnetOf } from '@vpc-bridge/kernel/ip'
import { veth } from '@vpc-bridge/link'
import { masquerade, masqueraded } from '@vpc-bridge/masquerade'
import { within } from '@vpc-bridge/netns'
import { definePlugin, own, shared } from '@vpc-bridge/plugin'
import { ipv4ForwardingAll, ipv6ForwardingAll, route } from '@vpc-bridge/route'
import { okAsync } from 'neverthrow'

const forwarding = { inet: ipv4ForwardingAll(), inet6: ipv6ForwardingAll() }

/** A veth pair between the host and a container. The host routes, and has the address of the container's router. */
export const ptp = definePlugin({
  type: 'ptp',
  config: fields({
    mtu: orElse(1500, key('mtu', mtu, 'of the veth pair, in bytes')),
    ipMasq: orElse(false, key('ipMasq', boolean, "what leaves the container's subnet has the host's address")),
  }),
  ipam: 'required',
  observe: () => okAsync(undefined),
  phases: (_, { config: { mtu, ipMasq }, network: name, hostLink, mac, ifName: dev, netns, ips, routes }) => [
    shared(...familiesOf(ips.map(({ address }) => address)).map((family) => forwarding[family])),
    ...(ipMasq ? [shared(masquerade({ name }))] : []),
    own(
      veth({ ...hostLink, mtu, peer: { name: dev, netns, mac } }),
      ...ips.map(({ address: own }) => route({ destination: hostPrefix(own), dev: hostLink.name })),
      ...ips.flatMap(({ gateway }) =>
        gateway === undefined ? [] : [address({ dev: hostLink.name, address: hostPrefix(gateway) })],
      ),
      ...(ipMasq ? ips.map(({ address }) => masqueraded({ name, address })) : []),
      ...within(netns, [
        ...ips.map(({ address: own }) => address({ dev, address: own, prefixRoute: false })),
        // The rest of the subnet is behind the host, too.
        ...ips.flatMap(({ address: own, gateway }) =>
          gateway === undefined
            ? []
            : [route({ destination: hostPrefix(gateway), dev }), route({ destination: subnetOf(own), dev, gateway })],
        ),
        ...routes.map((each) => route({ ...each, dev })),
      ]),
    ),
  ],
})
