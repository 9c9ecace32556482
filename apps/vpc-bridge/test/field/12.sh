# L2 and bridgeNetNSPath: the host's routes lose mtu, advmss and initcwnd, its DHCP address becomes a permanent one; after a DEL, and after an ADD that failed as well
# source: ovn-kubernetes/ovn-kubernetes#5329 (address of DHCP moved to a bridge); found on the way
. "$(dirname "$0")/lab.sh"; needs strace diff; lab_up
r=0; s() { ip -n $H -4 addr show dev eth10 | sed 's/@if[0-9]*//' | grep -A1 inet; ip -n $H -4 route; }
give() { ip -n $H -6 route flush dev eth10; ip -n $H addr flush dev eth10 scope global; ip -n $H addr add 192.168.1.42/24 brd + dev eth10 valid_lft 3600 preferred_lft 3600; ip -n $H route replace default via 192.168.1.1 dev eth10 mtu 1500 advmss 1460 initcwnd 40; s > $D/before; }
cmp() { s > $D/after; sed -i 's/3[56][0-9][0-9]sec/~1h/g' $D/before $D/after; diff $D/before $D/after || { echo "  after $1"; r=1; }; }
for m in '.bridgeType="L2"' '.bridgeNetNSPath="'$C2'"'; do conf "$m" l
  give; cni ADD $C1 l1 $D/l >/dev/null || cannot "ADD"; cni DEL $C1 l1 $D/l; cmp "$m: ADD and DEL"
  failed=0; for n in $(seq 10 4 70); do give
    executes "strace -f -o /dev/null -e trace=sendto -e inject=sendto:error=ENOBUFS:when=$n $PLUGIN" ADD $C1 l2 eth0 $D/l >/dev/null 2>&1 ||
      { failed=$((failed+1)); cmp "$m: an ADD that failed at message $n"; }
    cni DEL $C1 l2 $D/l >/dev/null 2>&1; done; echo "$m: $failed ADDs failed on the way"; [ $failed -gt 3 ] || cannot "let ADDs fail on their way"; done
[ $r = 0 ] || fault "the host is not as it was"
