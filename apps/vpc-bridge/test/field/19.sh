# CHECK fails after the plugin tuning has set an MTU in the chain, with every version of CNI before 1.1.0 (their results have no mtu)
# source: cri-o/ocicni#74, containernetworking/plugins#886 (CRI-O calls CHECK after each ADD), #352
. "$(dirname "$0")/lab.sh"; needs /usr/lib/cni/tuning; lab_up
conf '.cniVersion="1.0.0"' a; cni ADD $C1 c1 $D/a > $D/r1 || cannot "ADD"
jq -c '{cniVersion:"1.0.0",name:"vpc",type:"tuning",mtu:1500,prevResult:.}' $D/r1 > $D/t
t() { executes /usr/lib/cni/tuning "$1" $C1 c1 eth0 $D/t; }
t ADD > $D/r2 && t CHECK || cannot "ADD and CHECK with tuning"
jq -c --slurpfile r $D/r2 '.prevResult=$r[0]' $D/a > $D/k; cni CHECK $C1 c1 $D/k || fault "CHECK"
