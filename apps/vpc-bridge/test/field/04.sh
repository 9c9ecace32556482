# The ENI is renamed while a container is attached (udev renames eth0 to ens6 some ms after it appears): nothing removes the network any more, and every later ADD fails
# source: cilium/cilium#43203, aws/amazon-vpc-cni-k8s#171
. "$(dirname "$0")/lab.sh"; lab_up
conf 'del(.eniName)|.eniMACAddress="02:00:00:00:00:10"' a; conf 'del(.eniName)|.eniMACAddress="02:00:00:00:00:10"|.ipAddresses=["192.168.1.44/24"]|.cniVersion="1.1.0"' b; jq -c '."cni.dev/valid-attachments"=[]' $D/b > $D/g
cni ADD $C1 c1 $D/a >/dev/null || cannot "ADD"
arrange; ip -n $H link set eth10 down; ip -n $H link set eth10 name ens6; ip -n $H link set ens6 up; ip -n $H route replace default via 192.168.1.1; arranged
cni DEL $C1 c1 $D/a; echo "DEL of the last container rc=$?"; cni GC x x $D/g; echo "GC of all rc=$?"; cni STATUS x x $D/b; echo "STATUS rc=$?"
r=0; ip -n $H -br link | grep vpcbr && r=1
cni ADD $C2 c2 $D/b >/dev/null || r=1
[ $r = 0 ] || fault "bridge and dummy stay for ever, and ADD fails for ever"
