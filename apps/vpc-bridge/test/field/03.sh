# ENI that is not the one of the host's default route: what the container sends leaves by the wrong ENI, where a VPC drops it
# source: aws/amazon-vpc-cni-k8s#1856, #1392, #75; a public Go program that drives vpc-bridge on eth4/eth5 and had to give the ENI a namespace of its own
. "$(dirname "$0")/lab.sh"; lab_up; arrange
ip -n $H link add eth0 mtu 9001 address 02:00:00:00:00:01 type veth peer name gwp netns $R
ip -n $H addr add 192.168.0.42/24 dev eth0; ip -n $H link set eth0 up; ip -n $R addr add 192.168.0.1/24 dev gwp; ip -n $R link set gwp up
ip -n $H route replace default via 192.168.0.1 dev eth0
# what distributions do for a secondary ENI: a table of its own for the ENI's address
ip -n $H route add default via 192.168.1.1 dev eth10 table 10010; ip -n $H route add 192.168.1.0/24 dev eth10 table 10010; ip -n $H rule add from 192.168.1.42 lookup 10010
# source check of the VPC: an ENI sends from its own addresses only
ip netns exec $R nft 'add table ip vpc; add chain ip vpc f { type filter hook prerouting priority -300; }; add rule ip vpc f iifname "gwp" ip saddr != 192.168.0.42 counter drop; add rule ip vpc f iifname "gw0" ip saddr != { 192.168.1.42, 192.168.1.43 } counter drop'
arranged
pings $H -I 192.168.1.42 198.51.100.10 && pings $H 198.51.100.10 || cannot "reach anything from the host itself"
conf . a; cni ADD $C1 c1 $D/a >/dev/null || cannot "ADD"
ip -n $H route get 198.51.100.10 from 192.168.1.43 iif vpcbr$(ip netns exec $H cat /sys/class/net/eth10/ifindex)
pings $C1 192.168.1.1 && echo "router: ok"; r=0; pings $C1 198.51.100.10 || { r=1; echo "out: dropped"; }; pings $I 192.168.1.43 || { r=1; echo "in: the answer is dropped"; }
[ $r = 0 ] || fault "ADD succeeded, but packets do not go by the ENI of the configuration"
