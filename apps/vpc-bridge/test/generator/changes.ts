import { canLackBridge, hasNetwork, isKnownByMac, isL3, isOnHost, isTold, leavesNoRules, otherMac } from './known.ts'
import type { Story } from './story.ts'

/** What happens to a host while containers run. */
export interface Change {
  readonly name: string
  /** Whether it can happen, or makes sense; always if absent. */
  readonly applies?: (story: Story) => boolean
  /** Happens to the host, whether there is a network or not. */
  readonly everywhere?: (story: Story) => string
  /** Happens to what the network has made. */
  readonly toNetwork?: (story: Story) => string
  readonly afterwards?: (story: Story) => void
}

/** Whether a route by the VPC's router can be added: in L2 the addresses that lead there are on the bridge. */
const reachesRouter = (story: Story) => isL3(story) || !story.isBridgeDown

const enis = ['eth10', 'ens6', 'enp0s7'] as const

/** Links on top of the ENI and its alternative names go with it; what it is configured with comes again. */
function cardIsNew(story: Story, eni: string): void {
  story.eni = eni
  story.hasNewIndex = hasNetwork(story)
  story.isUp = true
  story.lacksRoutes = false
  story.isMaster = false
  story.isEniAway = false
  story.isBlocked.clear()
  for (const each of ['macvlan', 'altname'] as const) story.others.delete(each)
}

const withCard: readonly Change[] = [
  ...enis.map(
    (name): Change => ({
      name: `the ENI is renamed to ${name}`,
      // Of its name and its MAC address one has to stay for it to be known.
      applies: (story) =>
        story.eni !== name &&
        story.mac !== otherMac &&
        story.isUp &&
        reachesRouter(story) &&
        !story.isTaken &&
        isKnownByMac(story) &&
        leavesNoRules(story, name),
      everywhere: () => `ip link set $ENI down
      ip link set $ENI name ${name}
      ip link set ${name} up
      routes ${name}`,
      afterwards: (story) => {
        story.eni = name
        story.lacksRoutes = false
      },
    }),
  ),
  ...enis.slice(0, 2).map(
    (name): Change => ({
      name: `the ENI is unplugged, and comes back as ${name}`,
      applies: (story) =>
        story.mac !== otherMac &&
        !story.isTaken &&
        (story.eni === name || isKnownByMac(story)) &&
        isTold(story) &&
        leavesNoRules(story, name),
      everywhere: () => `ip link delete $ENI
      insert ${name}
      ip netns exec $HOST sh -ec "$FUNCTIONS
      configure ${name}"`,
      afterwards: (story) => cardIsNew(story, name),
    }),
  ),
  {
    name: 'the ENI gets another MAC address',
    applies: (story) =>
      story.eni === 'eth10' &&
      story.mac !== otherMac &&
      !story.hasNewIndex &&
      !story.isMaster &&
      reachesRouter(story) &&
      (story.hasRecord ? story.madeOn === story.eni : !hasNetwork(story)),
    everywhere: () => `MAC=${otherMac}
      ip link set $ENI down
      ip link set $ENI address $MAC
      ip link set $ENI up
      routes $ENI
      ip -n $ROUTER neighbour flush dev vpc
      deliver`,
    afterwards: (story) => {
      story.mac = otherMac
      story.isUp = true
      story.lacksRoutes = false
    },
  },
  {
    name: 'the ENI is switched off',
    applies: ({ isUp }) => isUp,
    everywhere: () => 'ip link set $ENI down',
    afterwards: (story) => {
      story.isUp = false
      story.lacksRoutes = true
    },
  },
  {
    name: 'the ENI is configured',
    applies: ({ lacksRoutes }) => lacksRoutes,
    everywhere: () => 'configure $ENI',
    afterwards: (story) => {
      story.isUp = true
      story.lacksRoutes = false
    },
  },
  {
    name: 'the ENI is switched off and on',
    applies: (story) => story.isUp && reachesRouter(story),
    everywhere: () => 'ip link set $ENI down; ip link set $ENI up; routes $ENI',
    afterwards: (story) => {
      // It comes home with what it had there.
      if (!story.isEniAway) story.lacksRoutes = false
    },
  },
  {
    name: 'the ENI gets an alternative name',
    applies: ({ others }) => !others.has('altname'),
    everywhere: () => 'ip link property add dev $ENI altname eni-0fd505464293be38a',
    afterwards: ({ others }) => others.add('altname'),
  },
]

const byOthers: readonly Change[] = [
  {
    name: 'others make a macvlan on the ENI',
    // No card can be both the lower link of a macvlan and a port of a bridge.
    applies: (story) =>
      isOnHost(story) &&
      !story.others.has('macvlan') &&
      !story.isMaster &&
      // A port of a bridge of ours takes none.
      (isL3(story) || !hasNetwork(story)),
    everywhere: () =>
      'ip link add link $ENI name m1 address 02:00:00:00:00:31 type macvlan mode bridge; ip link set m1 up',
    afterwards: (story) => {
      story.others.add('macvlan')
      if (!isL3(story)) story.isBlocked.add('macvlan')
    },
  },
  {
    name: 'others remove their macvlan',
    applies: ({ others }) => others.has('macvlan'),
    everywhere: () => 'ip link delete m1',
    afterwards: (story) => {
      story.others.delete('macvlan')
      story.isBlocked.delete('macvlan')
    },
  },
  {
    name: 'others give the ENI an address',
    applies: (story) => isOnHost(story) && !story.others.has('address'),
    everywhere: () => 'ip address add 10.66.0.1/24 dev $ENI',
    afterwards: ({ others }) => others.add('address'),
  },
  {
    name: 'others add a route by the router',
    applies: (story) => isOnHost(story) && !story.others.has('route') && story.isUp && reachesRouter(story),
    everywhere: () => 'ip route replace 10.77.0.0/16 via 192.168.1.1',
    afterwards: ({ others }) => others.add('route'),
  },
  {
    name: 'others make the ENI a part of their bridge',
    applies: (story) => isOnHost(story) && !story.isMaster && !story.others.has('macvlan'),
    everywhere: () =>
      'ip link show br-ex >/dev/null 2>&1 || ip link add br-ex address 02:00:00:00:00:42 type bridge; ip link set $ENI master br-ex',
    afterwards: (story) => {
      story.isMaster = true
      story.isBlocked.add('bridge of others')
    },
  },
  {
    name: 'others take the ENI off their bridge',
    applies: ({ isMaster }) => isMaster,
    everywhere: () => 'ip link set $ENI nomaster',
    afterwards: (story) => {
      story.isMaster = false
      story.isBlocked.delete('bridge of others')
    },
  },
  {
    name: 'another interface gets the first name of the ENI',
    applies: (story) =>
      isOnHost(story) &&
      story.eni !== 'eth10' &&
      !story.isTaken &&
      // Of a network without a record it is the name that tells.
      (story.hasRecord || !hasNetwork(story)),
    everywhere: () => 'ip link add eth10 address 02:00:00:00:00:43 type ifb',
    afterwards: (story) => {
      story.isTaken = true
    },
  },
  {
    name: 'the other interface of the first name of the ENI goes',
    applies: ({ isTaken }) => isTaken,
    everywhere: () => 'ip link delete eth10',
    afterwards: (story) => {
      story.isTaken = false
    },
  },
  ...['0', '1'].map(
    (value): Change => ({
      name: `net.ipv4.ip_forward is set to ${value}`,
      applies: isOnHost,
      everywhere: () => `sysctl -qw net.ipv4.ip_forward=${value}`,
    }),
  ),
  {
    name: 'the ruleset of nftables is flushed',
    everywhere: () => 'nft flush ruleset',
  },
  {
    name: 'what the host has learnt of neighbours is flushed',
    everywhere: () => 'ip neighbour flush all',
  },
]

const toNetwork: readonly Change[] = [
  {
    name: 'the bridge is switched off',
    applies: hasNetwork,
    toNetwork: () => 'for bridge in $(bridges); do ip link set $bridge down; done',
    afterwards: (story) => {
      story.isBridgeDown = true
      // In L2 the routes of the host are by it.
      if (!isL3(story)) story.lacksRoutes = true
    },
  },
  {
    name: 'the bridge gets another MTU',
    applies: hasNetwork,
    toNetwork: () => 'for bridge in $(bridges); do ip link set $bridge mtu 1500; done',
  },
  {
    name: 'the bridge is deleted',
    applies: (story) =>
      hasNetwork(story) &&
      story.eni === 'eth10' &&
      story.madeOn === 'eth10' &&
      story.mac !== otherMac &&
      canLackBridge(story),
    toNetwork: () => 'for bridge in $(bridges); do ip link delete $bridge; done',
    afterwards: (story) => {
      story.hasRecord = false
      story.hasLostRecord = true
      story.isBridgeDown = false
      // With a bridge of L2 go the addresses and routes of the host.
      if (!isL3(story)) story.lacksRoutes = true
    },
  },
  {
    name: 'the dummy link is deleted',
    applies: (story) => hasNetwork(story) && isL3(story) && story.hasRecord,
    toNetwork: () => 'for bridge in $(bridges); do ip link delete "$bridge"dummy 2>/dev/null || :; done',
    afterwards: (story) => {
      story.lacksDummy = true
    },
  },
  {
    name: 'the ENI is taken off the bridge',
    applies: (story) => hasNetwork(story) && !isL3(story) && !story.isMaster && story.isEniAway === story.mode.isAway,
    toNetwork: () => 'ip link set $ENI nomaster',
  },
  {
    name: 'settings of the bridge are reset',
    applies: (story) => hasNetwork(story) && isL3(story),
    toNetwork: () =>
      'for bridge in $(bridges); do sysctl -qw net.ipv4.conf.$bridge.proxy_arp=0 net.ipv4.conf.$bridge.forwarding=0; done',
  },
  {
    name: 'rules of others are deleted',
    // Known, not mended: once the bridge was deleted, they alone tell of its table.
    applies: (story) => hasNetwork(story) && isL3(story) && story.mode.hasSecondEni && !story.hasLostRecord,
    afterwards: (story) => {
      story.lacksRules = true
    },
    toNetwork:
      () => `ip rule | sed -n 's/^\\(42[0-9]*\\):.*/\\1/p' | while read each; do ip rule delete priority $each; done
      ip -6 rule | sed -n 's/^\\(42[0-9]*\\):.*/\\1/p' | while read each; do ip -6 rule delete priority $each; done`,
  },
  {
    name: 'the table of the network is flushed',
    applies: (story) => hasNetwork(story) && isL3(story) && story.mode.hasSecondEni,
    toNetwork: () => 'ip route flush table 4201 2>/dev/null || :',
  },
]

export const changes: readonly Change[] = [...withCard, ...byOthers, ...toNetwork]
