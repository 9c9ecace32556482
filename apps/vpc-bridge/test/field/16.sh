# A kernel before 4.20 (Amazon Linux 2 with 4.14): no command but VERSION works, for lack of a socket option that is not essential
# source: containers/netavark#1433, WireGuard/wgctrl-go#119, vishvananda/netlink#746; aws/amazon-ecs-ami#35 for who runs 4.14
. "$(dirname "$0")/lab.sh"; needs perl /usr/lib/cni/bridge; lab_up
case $(uname -m) in x86_64) numbers="157 54";; aarch64) numbers="167 208";; *) cannot "filter system calls: their numbers are unknown";; esac
cat > $D/old.pl <<'PL'
# setsockopt(SOL_NETLINK, NETLINK_GET_STRICT_CHK) answers ENOPROTOOPT, as those kernels do: a filter of seccomp(2)
my ($prctl, $setsockopt, @command) = @ARGV;
sub statement { my ($code, $k, $true, $false) = (@_, 0, 0); pack 'SCCL', $code, $true, $false, $k }
my @filter = (statement(0x20, 0), statement(0x15, $setsockopt, 0, 5), statement(0x20, 24), statement(0x15, 270, 0, 3),
  statement(0x20, 32), statement(0x15, 12, 0, 1), statement(6, 0x50000 | 92), statement(6, 0x7fff0000));
my $program = join '', @filter;
my $pointed = pack 'S x6 P', scalar @filter, $program;
syscall($prctl, 38, 1, 0, 0, 0) == 0 && syscall($prctl, 22, 2, $pointed) == 0 or die "prctl: $!";
exec @command or die;
PL
old="perl $D/old.pl $numbers"
echo '{"cniVersion":"1.0.0","name":"x","type":"bridge","bridge":"cni0","ipam":{"type":"static","addresses":[{"address":"10.1.1.2/24"}]}}' > $D/b
executes "$old /usr/lib/cni/bridge" ADD $C2 c1 eth0 $D/b >/dev/null || cannot "ADD with bridge of containernetworking, on such a kernel"
conf . a; executes "$old $PLUGIN" ADD $C1 c1 eth0 $D/a || fault "ADD"
