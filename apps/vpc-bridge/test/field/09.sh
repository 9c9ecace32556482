# Any user of the host, without privileges (also in a pod of the host's network), can stop all ADDs of the node
# source: lucas-albers-lz4/fwlive#167, flatcar/init#57 (why lock files are 0600)
. "$(dirname "$0")/lab.sh"; needs setpriv flock; lab_up
conf . a
ip netns exec $H setpriv --reuid 65534 --regid 65534 --clear-groups \
  sh -c 'exec 3</proc/self/ns/net && flock --exclusive --nonblock 3 && echo held && exec sleep 300' > $D/lock &
for n in $(seq 50); do grep -q held $D/lock && break; sleep 0.1; done; grep -q held $D/lock || cannot "take the lock"
s=$(date +%s); cni ADD $C1 c1 $D/a; r=$?; echo "ADD rc=$r after $(( $(date +%s)-s )) s"
[ $r = 0 ] || fault "nobody's flock on /proc/self/ns/net held it up"
