# L2: after nft flush ruleset (what nftables.service does when it is started again) an ADD restores the table, but only its own entry: all other containers stay cut off
# source: containers/netavark#1258, #230
. "$(dirname "$0")/lab.sh"; lab_up
conf '.bridgeType="L2"' a; conf '.ipAddresses=["192.168.1.44/24"]|.bridgeType="L2"' b
cni ADD $C1 c1 $D/a >/dev/null || cannot "ADD"; pings $I 192.168.1.43 || cannot "reach the container"
ip netns exec $H nft flush ruleset
cni ADD $C2 c2 $D/b >/dev/null || cannot "ADD another container"; pings $I 192.168.1.44 && echo "the new one: ok"
ip netns exec $H nft list map bridge vpc-bridge-eth10 endpoints | grep elements
pings $I 192.168.1.43 || fault "the old one is cut off"
