# A container that gets the address of one that has just gone (another endpoint keeps the bridge up) has no network for most of a minute
# source: containernetworking/plugins#858, moby/moby#36069, aws/amazon-vpc-cni-k8s#3628
. "$(dirname "$0")/lab.sh"; lab_up
conf . a; conf '.ipAddresses=["192.168.1.44/24"]' b
cni ADD $C2 keep $D/b >/dev/null && cni ADD $C1 old1 $D/a >/dev/null || cannot "ADD"
pings $C1 198.51.100.10 || cannot "reach anything from the old container"
cni DEL $C1 old1 $D/a && cni ADD $C1 new2 $D/a >/dev/null || cannot "use the address again"
start=$(date +%s%N); n=0
until ip netns exec $C1 ping -c1 -W1 198.51.100.10 >/dev/null 2>&1; do n=$((n+1)); [ $n -ge 90 ] && break; done
echo "host: $(ip -n $H neigh show 192.168.1.43)"; echo "pings lost by the new container: $n, in $(( ($(date +%s%N)-start)/1000000 )) ms"
[ $n -le 1 ] || fault "the host goes on sending to the MAC address of the old container"
