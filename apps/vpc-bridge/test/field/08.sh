# A second interface in a container that has a default route (multus; podman network connect; two networks of ours): ADD fails
# source: aws/amazon-vpc-cni-k8s#1649, #596, #203
. "$(dirname "$0")/lab.sh"; lab_up
run() { executes "$PLUGIN" "$1" "$2" "c-$2" "$3" "$4"; } # CMD NS IFNAME CONFFILE
ptp ADD $C1 c-$C1; r=0
before=$(ip -n $C1 route show default)
echo "# beside eth0 of another plugin: works, and the first default route stays the first"
conf . a; run ADD $C1 net1 $D/a >/dev/null || r=1
ip -n $C1 route show default | head -1 | grep -q "$before" || { echo "the container's default route was taken over"; r=1; }
ip netns exec $C1 ping -c1 -W2 -I net1 192.168.1.1 >/dev/null 2>&1 || { echo "net1 reaches nobody"; r=1; }
run DEL $C1 net1 $D/a; [ "$(ip -n $C1 route show default)" = "$before" ] || { echo "DEL changed the other's default route"; r=1; }
echo "# the IPAM plugin gives no default route: there is none by this interface"
conf 'del(.ipAddresses)|.ipam={"type":"static","addresses":[{"address":"192.168.1.43/24","gateway":"192.168.1.1"}],"routes":[{"dst":"10.20.0.0/16"}]}' i
run ADD $C1 net1 $D/i >/dev/null || r=1; ip -n $C1 route show default dev net1 | grep -q . && { echo "a default route that nobody asked for"; r=1; }
run DEL $C1 net1 $D/i
echo "# two of ours"
run ADD $C2 eth0 $D/a >/dev/null || cannot "ADD"; conf '.ipAddresses=["192.168.1.44/24"]' b; run ADD $C2 eth1 $D/b >/dev/null || r=1
pings $C2 198.51.100.10 || { echo "the container is cut off"; r=1; }
[ $r = 0 ] || fault "it cannot be anything but the only interface with a default route"
