import { address } from '@vpc-bridge/address'
import {
  boolean,
  card,
  type Field,
  fields,
  key,
  mac,
  mapField,
  neededKey,
  number,
  oneOf,
  orElse,
  routedAddresses,
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
  routesOf,
  shared,
} from '@vpc-bridge/plugin'
import { blackhole, route } from '@vpc-bridge/route'

/** Where an instance of EC2 asks for its metadata, and for the credentials of its role. */
const instanceMetadata = ['169.254.169.254/32', 'fd00:ec2::254/128']

/** What the container's interface can be; the latter two are for a virtual machine in the container. */
const types = ['vlan', 'tap', 'macvtap'] as const

const vlanId = number(1, 4094, { orText: true })
const account = number(0, 2 ** 32 - 2, { orText: true })

const keys = fields({
  card: card('trunkName', 'trunkMACAddress', 'the trunk interface'),
  vlanId: orElse(0, neededKey('branchVlanID', vlanId, 'number of the VLAN that the branch is, a number or a text')),
  mac: neededKey('branchMACAddress', mac, 'MAC address of the branch'),
  ips: routedAddresses('ipAddresses', 'gatewayIPAddresses'),
  type: orElse('vlan', key('interfaceType', oneOf(...types), '`tap` and `macvtap` are for a virtual machine')),
  owner: orElse(0, key('uid', account, 'user that runs the machine, a number or a text')),
  group: key('gid', account, 'group that may use the interface of the machine, a number or a text'),
  blocksMetadata: orElse(false, key('blockInstanceMetadata', boolean, 'drops packets to the metadata of the instance')),
})

const argKeys = { texts: ['branchVlanID', 'branchMACAddress'], lists: ['ipAddresses', 'gatewayIPAddresses'] }

const config = mapField(withArgs(argKeys, keys), (read, { problems }) => {
  const expected = 'false for a virtual machine: its frames pass no route of the container, which could stop them'
  if (read.blocksMetadata && read.type !== 'vlan')
    problems.push({ path: 'blockInstanceMetadata', found: true, expected })
  return read
})

type Config = typeof config extends Field<infer T> ? T : never

/** The steps of the interface. A bridge keeps what is addressed to one of its ports: only the machine may have the branch's address. */
function interfaceOf({ present, recorded }: CardView, { config, ifName, netns, mac }: Endpoint<Config>) {
  const { vlanId: id, type, owner, group } = config
  const [parent, mtu] = [present?.name ?? recorded?.name ?? '', present?.mtu ?? 1500]
  const [branch, tapBridge] = [`vlan${id}`, `tapbr${id}`]
  const owned = { name: ifName, mtu, owner, ...(group === undefined ? {} : { group }) }
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
          tap({ ...owned, mac: macFor(`${mac} ${ifName}`), master: tapBridge }),
        ]),
      ]
  }
}

const kinds = { vlan: 'vlan', tap: 'tun', macvtap: 'macvtap' } as const

/** A branch of a trunk interface of AWS, which is a VLAN, in a container. The host keeps a marker with the record. */
export const vpcBranchEni = definePlugin({
  type: 'vpc-branch-eni',
  config,
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
      ...routesOf(endpoint).map((each) => route({ ...each, dev })),
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
    routes: routesOf(endpoint),
  }),
})
