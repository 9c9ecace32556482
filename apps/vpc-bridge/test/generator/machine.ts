import { basename } from 'node:path'
import { createWorld, eniMac, output, type World } from '@vpc-bridge/testbed'
import { hosts, type Mode } from './modes.ts'

/** A host in a VPC of its own, to which things happen. */
export interface Machine extends World {
  /** Namespace for a bridge and its ENI. */
  readonly away: string
  /** Runs a script in the namespace that the ENI is in by now, or the host's: `$ENI` is its name. */
  readonly happen: (script: string, facts: Facts) => Promise<string>
  /** Runs a script in the namespace that bridges of ours are in. */
  readonly happenAtBridge: (script: string, facts: Facts) => Promise<string>
}

/** What scripts are told. */
interface Facts {
  readonly eni: string
  readonly mac: string
  /** What others have made on the ENI, which whoever configures it makes again: `address`, `route`. */
  readonly others: ReadonlySet<string>
}

/** What the scripts of all changes can use. Runs in the namespace of the host, before one is in that of the ENI. */
const functions = `
deliver() {
  for each in ${hosts.join(' ')}; do
    echo neighbour replace 192.168.1.$each lladdr $MAC dev vpc nud permanent
    echo neighbour replace fd00:1::$each lladdr $MAC dev vpc nud permanent
  done | ip -n $ROUTER -batch -
}
insert() { # the ENI, as a card that is called $1
  ip -n $ROUTER link add name vpc mtu 9001 address 02:00:00:00:00:01 type veth peer name $1 address $MAC mtu 9001 netns $HOST
  ip -n $ROUTER -batch - <<end
link set vpc up
address add 192.168.1.1/24 broadcast + dev vpc
address add fd00:1::1/64 dev vpc nodad
end
  deliver
}
routes() { # as whoever configures the ENI $1 gives them, once it is up
  case $MODE in
    *second*) ip route replace default via 192.168.1.1 dev $1 table 10010 2>/dev/null || : ;;
    *) ip route replace default via 192.168.1.1 ;;
  esac
  case $OTHERS in *route*) ip route replace 10.77.0.0/16 via 192.168.1.1 ;; esac
  case $MODE in
    *dual*second*) metric=2048 ;;
    *) metric=1024 ;;
  esac
  case $MODE in *dual*)
    ip address replace fd00:1::42/64 dev $1 nodad
    ip route replace ::/0 via fd00:1::1 dev $1 metric $metric ;;
  esac
}
bridges() { ip -o link show type bridge | sed -n 's/^[0-9]*: \\(vpcbr[0-9]*\\):.*/\\1/p'; }
configure() { # all of the ENI $1
  ip link set $1 up
  ip address replace 192.168.1.42/24 broadcast + dev $1
  case $OTHERS in *address*) ip address replace 10.66.0.1/24 dev $1 ;; esac
  routes $1
}
`

/** Another ENI by which the host's packets leave, and a machine behind a bridge of others on the host. */
const furnish = `
ip netns exec $ROUTER sysctl -qw net.ipv6.conf.all.forwarding=1
# An ADD with IPv6 switches it on for the whole host, which nobody takes back.
case $MODE in *dual*) for each in $HOST $AWAY; do ip netns exec $each sysctl -qw net.ipv6.conf.all.forwarding=1; done ;; esac
ip -n $HOST -batch - <<end
link add name docker0 address 02:00:00:00:00:40 type bridge
link add name local address 02:00:00:00:00:41 type veth peer name eth0 netns $LOCAL
link set local master docker0 up
address add 172.17.0.1/24 dev docker0
link set docker0 up
end
ip -n $LOCAL -batch - <<end
link set eth0 up
address add 172.17.0.2/24 dev eth0
route add default via 172.17.0.1
end
ip -n $ROUTER -batch - <<end
address add fd00:1::1/64 dev vpc nodad
address add fd00:2::1/64 dev far nodad
end
ip -n $BEYOND -batch - <<end
address add fd00:2::2/64 dev eth0 nodad
route add ::/0 via fd00:2::1
end
case $MODE in *second*)
ip -n $HOST -batch - <<end
link add name eth0 mtu 9001 address 02:00:00:00:00:20 type veth peer name vpc0 mtu 9001 netns $ROUTER
address add 192.168.0.42/24 dev eth0
address add fd00::42/64 dev eth0 nodad
link set eth0 up
route replace default via 192.168.0.1
route add ::/0 via fd00::1 dev eth0
rule add from 192.168.1.42 lookup 10010
end
ip -n $ROUTER -batch - <<end
address add 192.168.0.1/24 dev vpc0
address add fd00::1/64 dev vpc0 nodad
link set vpc0 up
end
ip netns exec $ROUTER nft -f - <<end
table inet vpc {
  chain sources {
    type filter hook prerouting priority -300;
    iifname vpc0 ip saddr 192.168.1.0/24 drop
    iifname vpc0 ip6 saddr fd00:1::/64 drop
  }
}
end
esac
deliver
cd /
exec nsenter --net=/run/netns/$HOST sh -ec "$FUNCTIONS
routes eth10"
`

/** Runs a script where the ENI is, or the bridge. */
const there = `
SITE=$HOST
if [ $PLACE = bridge ]; then
  case $MODE in *another*) SITE=$AWAY ;; esac
elif ip -n $AWAY link show $ENI >/dev/null 2>&1; then SITE=$AWAY; fi
export SITE
exec nsenter --net=/run/netns/$SITE sh -ec "$FUNCTIONS
$1"
`

export async function createMachine(mode: Mode): Promise<Machine> {
  const world = await createWorld()
  const [away, local] = [await world.addContainer('away'), await world.addContainer('local')]
  const environment = {
    HOST: basename(world.host),
    ROUTER: basename(world.router),
    BEYOND: basename(world.beyond),
    AWAY: basename(away),
    LOCAL: basename(local),
    MODE: mode.name,
    FUNCTIONS: functions,
  }
  await output(['sh', '-ec', functions + furnish], {
    environment: { ...environment, ENI: 'eth10', MAC: eniMac, OTHERS: '' },
  })
  const run = (place: string, script: string, { eni, mac, others }: Facts) =>
    output(['sh', '-ec', there, 'sh', script], {
      environment: { ...environment, PLACE: place, ENI: eni, MAC: mac, OTHERS: [...others].join(' ') },
    })
  return {
    ...world,
    away,
    happen: (script, facts) => run('ENI', script, facts),
    happenAtBridge: (script, facts) => run('bridge', script, facts),
  }
}
