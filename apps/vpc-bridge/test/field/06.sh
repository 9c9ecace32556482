# A node on which the reference plugin was in use: its bridge and dummy (which it never removes) make every ADD fail; its endpoints' DEL removes nothing and says success
# source: antrea-io/antrea#827, deckhouse/deckhouse#1793, openshift/cluster-network-operator#782 (what an earlier plugin leaves behind)
. "$(dirname "$0")/lab.sh"; lab_up; arrange
kind=dummy; ip -n $H link add vpcbr2dummy type dummy 2>/dev/null || { kind=ifb; ip -n $H link add vpcbr2dummy type ifb; }
ip -n $H link add vpcbr2 type bridge; ip -n $H link set vpcbr2dummy master vpcbr2; ip -n $H link set vpcbr2dummy mtu 9001 up
mac=$(ip -n $H -j link show vpcbr2dummy | jq -r '.[0].address'); ip -n $H link set vpcbr2 address $mac; ip -n $H link set vpcbr2 mtu 9001 up; arranged
conf '.cniVersion="1.1.0"' a; conf '.ipAddresses=["192.168.1.44/24"]|.cniVersion="1.1.0"' b
echo "# a drained node ($kind)"; r=0; cni STATUS x x $D/b; echo "STATUS rc=$?"; cni ADD $C2 c2 $D/b >/dev/null || r=1; echo "ADD rc=$r"
echo "# an endpoint of the reference"; arrange; ip netns exec $H sysctl -qw net.ipv4.neigh.vpcbr2.proxy_delay=0 net.ipv4.conf.vpcbr2.proxy_arp=1 net.ipv4.conf.vpcbr2.forwarding=1 net.ipv4.conf.eth10.forwarding=1
ip -n $H link add vetha1b2c3d4 mtu 9001 type veth peer name eth0 netns $C1; ip -n $H link set vetha1b2c3d4 master vpcbr2 up; ip -n $C1 link set eth0 mtu 9001 up; ip -n $C1 addr add 192.168.1.43/24 dev eth0; ip -n $C1 route add default via 192.168.1.1 dev eth0; ip -n $C1 neigh add 192.168.1.1 lladdr $mac dev eth0 nud permanent; ip -n $H route add 192.168.1.43/32 dev vpcbr2; arranged
pings $C1 198.51.100.10 || cannot "reach anything from the old container"
cni DEL $C1 a1b2c3d4e5f6 $D/a; echo "DEL of the old container rc=$?"; ip -n $H route show 192.168.1.43; ip -n $C1 -br link show eth0 2>/dev/null && r=1
[ $r = 0 ] || fault "nodes cannot change from the reference to this plugin without a reboot"
