# A service that forbids writable and executable memory (MemoryDenyWriteExecute=, SELinux deny_execmem), or LimitAS=2G: the executable cannot start
# source: oven-sh/bun#41900; found on the way
. "$(dirname "$0")/lab.sh"; needs perl prlimit; lab_up
case $(uname -m) in x86_64) prctl=157;; aarch64) prctl=167;; *) cannot "forbid executable memory: the number of prctl(2) is unknown";; esac
cat > $D/deny.pl <<PL
# PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN
syscall($prctl, 65, 1, 0, 0, 0) == 0 or die "prctl: \$!";
exec @ARGV or die;
PL
conf . a; r=0
for with in "perl $D/deny.pl" "prlimit --as=2048000000"; do
  $with true || cannot "run anything with $with"
  executes "$with $PLUGIN" ADD $C1 c1 eth0 $D/a > $D/o 2>&1 && cni DEL $C1 c1 $D/a || { echo "$with: $(head -1 $D/o)"; r=1; }
done
[ $r = 0 ] || fault "it does not start"
