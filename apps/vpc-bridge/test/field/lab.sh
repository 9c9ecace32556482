# A VPC in network namespaces, for faults that were reported from the field; sourced by the scripts beside this one.
#   H: the host, with ENI eth10 (192.168.1.42/24, 2001:db8:1::42/64)    R: the VPC router (192.168.1.1, 2001:db8:1::1,
#   also 198.51.100.1)    I: a machine beyond (198.51.100.10, 2001:db8:9::10)    C1, C2: containers    D: a directory for files
# PLUGIN: the executable under test. A script ends with
#   0: the fault is not there    1: it is (fault)    anything else: the script could not find out (cannot)
cannot() { echo "CANNOT: $*"; exit 2; }
fault() { echo "FAULT: $*"; exit 1; }

# Mounts and processes of its own: nothing of a script outlives it, however it ends.
if [ -z "${IN_LAB-}" ]; then
  IN_LAB=1 exec unshare --mount --propagation private --pid --fork --kill-child --mount-proc -- bash "$0"
  exit 2
fi
mount -t tmpfs tmpfs /run && mkdir /run/netns /run/lab || cannot "mount /run"

D=/run/lab H=host R=router I=beyond C1=c1 C2=c2
: "${PLUGIN:=$(dirname "$0")/../../dist/vpc-bridge}"
# A path without spaces, for command lines.
ln -s "$(realpath -e "$PLUGIN")" $D/vpc-bridge && PLUGIN=$D/vpc-bridge || cannot "find the plugin"

needs() { for each in "$@"; do command -v "$each" >/dev/null || cannot "run $each: it is missing"; done; }
needs ip nft jq ping sysctl

# What fails in between is no fault of the plugin.
arrange() { set -E; trap 'cannot "$BASH_COMMAND"' ERR; }
arranged() { trap - ERR; set +E; }
lab_up() {
  arrange
  for n in $H $R $I $C1 $C2; do ip netns add "$n"; ip -n "$n" link set lo up; done
  ip -n $C1 link set lo down; ip -n $C2 link set lo down
  ip -n $H link add eth10 mtu 9001 address 02:00:00:00:00:10 type veth peer name gw0 netns $R
  ip -n $R link set gw0 mtu 9001; ip -n $R link add inet0 mtu 9001 type veth peer name eth0 netns $I; ip -n $I link set eth0 mtu 9001
  for n in $H $R $I; do ip netns exec $n sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0; done
  ip -n $H addr add 192.168.1.42/24 dev eth10; ip -n $H -6 addr add 2001:db8:1::42/64 dev eth10 nodad; ip -n $H link set eth10 up
  ip -n $R addr add 192.168.1.1/24 dev gw0; ip -n $R -6 addr add 2001:db8:1::1/64 dev gw0 nodad; ip -n $R link set gw0 up
  ip -n $R addr add 198.51.100.1/24 dev inet0; ip -n $R -6 addr add 2001:db8:9::1/64 dev inet0 nodad; ip -n $R link set inet0 up
  ip -n $I addr add 198.51.100.10/24 dev eth0; ip -n $I -6 addr add 2001:db8:9::10/64 dev eth0 nodad; ip -n $I link set eth0 up
  ip -n $I route add default via 198.51.100.1; ip -n $I -6 route add default via 2001:db8:9::1
  ip -n $H route add default via 192.168.1.1; ip -n $H -6 route add default via 2001:db8:1::1
  ip netns exec $R sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
  # the VPC sends what is for an ENI's secondary addresses to the ENI's MAC, whoever would answer
  for a in 43 44; do ip -n $R neigh replace 192.168.1.$a lladdr 02:00:00:00:00:10 dev gw0 nud permanent
    ip -n $R neigh replace 2001:db8:1::$a lladdr 02:00:00:00:00:10 dev gw0 nud permanent; done
  arranged
  for n in 1 2 3 4 5 6; do pings $H -6 2001:db8:9::10 && pings $H 198.51.100.10 && return; done
  cannot "reach the machine beyond from the host"
}
executes() { # FILE CMD NS ID IFNAME CONFFILE : a plugin, as a runtime executes it
  ip netns exec $H env CNI_COMMAND="$2" CNI_NETNS="/run/netns/$3" CNI_CONTAINERID="$4" CNI_IFNAME="$5" CNI_PATH=/usr/lib/cni \
    VPC_CNI_LOG_FILE="$D/log" $1 < "$6"; }
cni() { executes "$PLUGIN" "$1" "$2" "$3" eth0 "$4"; } # CMD NS ID CONFFILE
conf() { # [jq expression] [file] : the experiment's configuration, changed
  jq -c "${1:-.}" > "$D/${2:-conf}" <<< '{"cniVersion":"0.3.1","name":"vpc","type":"vpc-bridge","eniName":"eth10","eniMACAddress":"12:34:56:78:9a:bc","eniIPAddresses":["192.168.1.42/24"],"vpcCIDRs":["192.168.0.0/16"],"bridgeNetNSPath":"","ipAddresses":["192.168.1.43/24"],"gatewayIPAddress":"192.168.1.1","bridgeType":"L3"}' || cannot "write a configuration"; }
ptp() { # CMD NS ID : another plugin's container, with a default route
  needs /usr/lib/cni/ptp
  echo '{"cniVersion":"1.0.0","name":"other","type":"ptp","ipam":{"type":"static","addresses":[{"address":"10.9.9.2/24","gateway":"10.9.9.1"}],"routes":[{"dst":"0.0.0.0/0"}]}}' > $D/ptp
  executes /usr/lib/cni/ptp "$1" "$2" "$3" eth0 $D/ptp >/dev/null || cannot "$1 with ptp"; }
pings() { ip netns exec "$1" ping -c1 -W2 "${@:2}" >/dev/null 2>&1; }
