# The last DEL switches forwarding off on the ENI, although something else on the host has switched it on for all links since
# source: moby/moby#12990, systemd/systemd#468, NixOS/nixpkgs#118656; found on the way
. "$(dirname "$0")/lab.sh"; lab_up
ip netns exec $H sysctl -qw net.ipv4.ip_forward=0
conf . a; cni ADD $C1 c1 $D/a >/dev/null || cannot "ADD"
# another CNI plugin (or docker, kubelet) sets net.ipv4.ip_forward=1 and connects its own container
ptp ADD $C2 c2
ip -n $R route add 10.9.9.0/24 via 192.168.1.42; pings $C2 198.51.100.10 || cannot "reach anything from the other container"
cni DEL $C1 c1 $D/a; echo "DEL rc=$?"; ip netns exec $H sysctl net.ipv4.ip_forward net.ipv4.conf.eth10.forwarding
pings $C2 198.51.100.10 || fault "the other plugin's container is cut off"
# but where nobody else forwards, it is put back
ptp DEL $C2 c2; ip netns exec $H sysctl -qw net.ipv4.ip_forward=0
cni ADD $C1 c3 $D/a >/dev/null || cannot "ADD again"; cni DEL $C1 c3 $D/a || fault "DEL"
[ "$(ip netns exec $H sysctl -n net.ipv4.conf.eth10.forwarding)" = 0 ] || fault "forwarding stays on although nobody else forwards"
