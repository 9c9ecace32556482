import { address } from '@vpc-bridge/address'
import {
  cardOf,
  choiceOf,
  type Document,
  flagOf,
  macAddressOf,
  routedAddressesOf,
  wholeNumberOf,
  withArgs,
} from '@vpc-bridge/config'
import { bridge, bridgePort, linkUp, macvtap, marker, tap, vlan } from '@vpc-bridge/link'
import { within } from '@vpc-bridge/netns'
import {
  type CardView,
  cardExists,
  cardIsFree,
  cardRecord,
  definePlugin,
  type Endpoint,
  macFor,
  observeCard,
  own,
  recordedBy,
  shared,
  waysOf,
} from '@vpc-bridge/plugin'
import { blackhole, route } from '@vpc-bridge/route'

/** Where an instance of EC2 asks for its metadata, and for the credentials of its role. */
const instanceMetadata = ['169.254.169.254/32', 'fd00:ec2::254/128']

/** What the container's interface can be; the latter two are for a virtual machine in the container. */
const types = ['vlan', 'tap', 'macvtap'] as const

const texts = ['branchVlanID', 'branchMACAddress']
const lists = ['ipAddresses', 'gatewayIPAddresses']

function readConfig(top: Document, _: unknown, args: Readonly<Record<string, string>>) {
  const document = withArgs(top, args, { texts, lists })
  const type = choiceOf(document, 'interfaceType', types)
  const blocksMetadata = flagOf(document, 'blockInstanceMetadata')
  const expected = 'false for a virtual machine: its frames pass no route of the container, which could stop them'
  if (blocksMetadata && type !== 'vlan')
    document.problems.push({ path: 'blockInstanceMetadata', found: true, expected })
  const vlan = { what: 'the number of a VLAN', least: 1, most: 4094, isNeeded: true }
  const account = { what: 'the number of an account', least: 0, most: 2 ** 32 - 2 }
  return {
    card: cardOf(document, 'trunkName', 'trunkMACAddress'),
    ips: routedAddressesOf(document, 'ipAddresses', 'gatewayIPAddresses'),
    vlanId: wholeNumberOf(document, 'branchVlanID', vlan) ?? 0,
    mac: macAddressOf(document, 'branchMACAddress'),
    type,
    blocksMetadata,
    owner: wholeNumberOf(document, 'uid', account),
    group: wholeNumberOf(document, 'gid', account),
  }
}

type Config = ReturnType<typeof readConfig>

/** The steps of the interface. A bridge keeps what is addressed to one of its ports: only the machine may have the branch's address. */
function interfaceOf({ present, recorded }: CardView, { config, ifName, netns, mac }: Endpoint<Config>) {
  const { vlanId: id, type, owner, group } = config
  const [parent, mtu] = [present?.name ?? recorded?.name ?? '', present?.mtu ?? 1500]
  const [branch, tapBridge] = [`vlan${id}`, `tapbr${id}`]
  const ofGroup = group === undefined ? {} : { group }
  const owned = { name: ifName, mtu, ...ofGroup, ...((owner ?? group) === undefined ? {} : { owner: owner ?? 0 }) }
  switch (type) {
    case 'vlan':
      return [vlan({ parent, name: ifName, netns, id, mtu, mac })]
    case 'macvtap':
      return [
        vlan({ parent, name: branch, netns, id, mtu, mac }),
        ...within(netns, [macvtap({ ...owned, parent: branch, mode: 'passthru' })]),
      ]
    case 'tap':
      return [
        vlan({ parent, name: branch, netns, id, mtu, mac: macFor(`${mac} ${branch}`) }),
        ...within(netns, [
          bridge({ name: tapBridge, mac: macFor(`${mac} ${tapBridge}`), mtu }),
          bridgePort({ dev: branch, bridge: tapBridge }),
          tap({ owner: 0, ...owned, mac: macFor(`${mac} ${ifName}`), master: tapBridge }),
        ]),
      ]
  }
}

const kinds = { vlan: 'vlan', tap: 'tun', macvtap: 'macvtap' } as const

/** A branch of a trunk interface of AWS, which is a VLAN, in a container. The host keeps a marker with the record. */
export const vpcBranchEni = definePlugin({
  type: 'vpc-branch-eni',
  config: readConfig,
  ipam: 'optional',
  interfaceFirst: true,
  ips: ({ ips }) => ips,
  mac: ({ mac }) => mac,
  observe: observeCard,
  rules: [cardExists, cardIsFree('vpc-branch-eni', 'vpc-bridge')],
  hostLinkPrefix: 'eni',
  record: {
    ...cardRecord<Config>(({ config: { vlanId, type } }) => ({ vlan: String(vlanId), type })),
    read: (config, { vlan: id, type }) => ({
      ...config,
      vlanId: Number(id ?? config.vlanId),
      type: types.find((each) => each === type) ?? config.type,
    }),
  },
  owns: (container, { ifName, config }) => container.link(ifName).map((link) => link?.kind === kinds[config.type]),
  phases: (view, endpoint) => {
    const { config, hostLink, ifName: dev, netns, ips } = endpoint
    const inVlan = [
      ...ips.map((ip) => address({ dev, address: ip.address })),
      ...waysOf(endpoint).map((way) => route({ ...way, dev })),
      ...(config.blocksMetadata ? instanceMetadata.map((destination) => blackhole({ destination })) : []),
    ]
    return [
      shared(linkUp({ name: view.present?.name ?? '' })),
      recordedBy(marker(hostLink)),
      own(...interfaceOf(view, endpoint), ...(config.type === 'vlan' ? within(netns, inVlan) : [])),
    ]
  },
  result: ({ present }, endpoint) => ({
    inside: { name: endpoint.ifName, mac: endpoint.mac, ...(present === undefined ? {} : { mtu: present.mtu }) },
    ...(endpoint.config.type === 'vlan' ? {} : { isForMachine: true }),
    outside: [],
    ips: endpoint.ips,
    routes: waysOf(endpoint),
  }),
})
