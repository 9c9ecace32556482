import { address } from '@vpc-bridge/address'
import { boolean, card, fields, key, orElse, routedAddresses } from '@vpc-bridge/config'
import { linkUp, marker } from '@vpc-bridge/link'
import { isMoved, linkMoved, within } from '@vpc-bridge/netns'
import {
  cardExists,
  cardIsFree,
  cardRecord,
  definePlugin,
  observeCard,
  own,
  recordedBy,
  routesOf,
} from '@vpc-bridge/plugin'
import { blackhole, route } from '@vpc-bridge/route'

/** Where an instance of EC2 asks for its metadata, and for the credentials of its role. */
const instanceMetadata = ['169.254.169.254/32', 'fd00:ec2::254/128']

/**
 * An elastic network interface (ENI) in a container, under the name of the container's interface. The host keeps a marker with the
 * record, until the ENI is home again.
 */
export const vpcEni = definePlugin({
  type: 'vpc-eni',
  config: fields({
    card: card('eniName', 'eniMACAddress', 'the ENI'),
    ips: routedAddresses('eniIPAddresses', 'gatewayIPAddresses'),
    isDown: orElse(false, key('opStateDown', boolean, 'leaves the interface down')),
    blocksMetadata: orElse(
      false,
      key('blockInstanceMetadata', boolean, 'drops packets to the metadata of the instance'),
    ),
  }),
  ipam: 'optional',
  ips: ({ ips }) => ips,
  observe: observeCard,
  rules: [cardExists, cardIsFree()],
  hostLinkPrefix: 'eni',
  record: { ...cardRecord(), read: (config) => config },
  owns: (container, { ifName }) => container.link(ifName).map((link) => link !== undefined && isMoved(link)),
  phases: ({ present, recorded }, endpoint) => {
    const { config, hostLink, ifName: dev, netns, ips } = endpoint
    const { name = '', mac = '' } = recorded ?? present ?? {}
    return [
      recordedBy(marker(hostLink)),
      own(
        linkMoved({ name, mac, netns, as: dev }),
        ...within(netns, [
          ...ips.map((ip) => address({ dev, address: ip.address })),
          ...(config.isDown
            ? []
            : [linkUp({ name: dev }), ...routesOf(endpoint).map((each) => route({ ...each, dev }))]),
          ...(config.blocksMetadata ? instanceMetadata.map((destination) => blackhole({ destination })) : []),
        ]),
      ),
    ]
  },
  result: ({ present, recorded }, endpoint) => ({
    inside: { name: endpoint.ifName, mac: (recorded ?? present)?.mac ?? '' },
    outside: [],
    ips: endpoint.ips,
    routes: endpoint.config.isDown ? [] : routesOf(endpoint),
  }),
})
