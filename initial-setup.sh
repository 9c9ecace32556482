#!/bin/sh
# Prepares everything from nothing, and may be run again at any time. Needs Node.js with npm, and Linux.
#   ./initial-setup.sh          what is needed to build and run: leaves the command at apps/vpc-bridge/dist/vpc-bridge
#   ./initial-setup.sh --tests  and the programs that the tests use besides
set -eu
cd "$(dirname "$0")"

pnpm_version=$(sed -n 's/.*"packageManager": "pnpm@\([^"]*\)".*/\1/p' package.json)

# program:Debian package; a program that is in no PATH by its absolute path
wanted='ip:iproute2 nft:nftables nsenter:util-linux ping:iputils-ping'
# Without a C compiler there is no executable, and the command is the Node.js build.
optional="$(uname -m)-linux-gnu-gcc:gcc patch:patch xz:xz-utils"
if [ "${1-}" = --tests ]; then
  wanted="$wanted linux.uml:user-mode-linux modprobe:kmod tcpdump:tcpdump sysctl:procps jq:jq"
  wanted="$wanted containerd:containerd runc:runc podman:podman iptables:iptables busybox:busybox-static"
  wanted="$wanted /usr/lib/cni/bridge:containernetworking-plugins strace:strace radvd:radvd /usr/bin/time:time"
  wanted="$wanted cc:gcc /usr/include/stdio.h:libc6-dev $optional"
  wanted="$wanted aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu qemu-aarch64-static:qemu-user-static"
  optional=
fi

# Prints the Debian packages of what is missing of a list.
missing_of() {
  for each in $1; do
    command -v "${each%%:*}" >/dev/null 2>&1 || [ -x "/usr/sbin/${each%%:*}" ] || [ -f "${each%%:*}" ] || printf ' %s' "${each##*:}"
  done
}

missing=$(missing_of "$wanted")
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  missing="$missing$(missing_of "$optional")"
  if [ -n "$missing" ]; then
    echo "initial-setup: installing$missing"
    apt-get update -qq
    # shellcheck disable=SC2086 # one word a package
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
  fi
elif [ -n "$missing" ]; then
  echo "initial-setup: please install these first (Debian names):$missing" >&2
  exit 1
fi

npx -y "pnpm@$pnpm_version" install --frozen-lockfile --reporter=append-only
npx -y "pnpm@$pnpm_version" build
echo "initial-setup: the command is at apps/vpc-bridge/dist/vpc-bridge"
