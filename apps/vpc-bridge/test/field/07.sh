# A configuration whose addresses come from the capability ips: STATUS and GC (which no runtime gives a runtimeConfig) are refused, and a DEL without it, too
# source: containernetworking/cni libcni/api.go (GetStatusNetworkList, GCNetworkList), cri-o/ocicni; containernetworking/cni#1055 for the lost cache
. "$(dirname "$0")/lab.sh"; lab_up
base='.cniVersion="1.1.0"|del(.ipAddresses)|.capabilities={"ips":true}'
conf "$base|.runtimeConfig={\"ips\":[\"192.168.1.43/24\"]}" add; conf "$base" plain; conf "$base|.\"cni.dev/valid-attachments\"=[]" gc
cni ADD $C1 c1 $D/add >/dev/null || cannot "ADD"; r=0
cni STATUS x x $D/plain || r=1; cni GC x x $D/gc || r=1; cni DEL $C1 c1 $D/plain || r=1
ip -n $H route show 192.168.1.43
[ $r = 0 ] || fault "a network that works is reported as not ready, and cannot be cleaned up"
