#!/bin/sh
# Prepares everything from nothing, and may be run again at any time. Needs Node.js with npm, and Linux.
#   ./initial-setup.sh          what is needed to build and run: leaves the command at apps/vpc-bridge/dist/vpc-bridge
#   ./initial-setup.sh --tests  and the programs that the tests use besides
set -eu
cd "$(dirname "$0")"

pnpm_version=$(sed -n 's/.*"packageManager": "pnpm@\([^"]*\)".*/\1/p' package.json)

# program:Debian package; a program that is in no PATH by its absolute path
wanted='ip:iproute2 nsenter:util-linux ping:iputils-ping'
if [ "${1-}" = --tests ]; then
  wanted="$wanted nft:nftables linux.uml:user-mode-linux modprobe:kmod tcpdump:tcpdump"
  wanted="$wanted containerd:containerd runc:runc podman:podman iptables:iptables busybox:busybox-static"
  wanted="$wanted /usr/lib/cni/bridge:containernetworking-plugins /usr/bin/time:time strace:strace radvd:radvd"
  # The executable for musl runs by musl's loader, with a C++ library that is linked for it.
  wanted="$wanted /lib/ld-musl-$(uname -m).so.1:musl g++:g++"
fi

missing=
for each in $wanted; do
  command -v "${each%%:*}" >/dev/null 2>&1 || [ -x "/usr/sbin/${each%%:*}" ] || missing="$missing ${each##*:}"
done
if [ -n "$missing" ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "initial-setup: please install these first (Debian names):$missing" >&2
    exit 1
  fi
  echo "initial-setup: installing$missing"
  apt-get update -qq
  # shellcheck disable=SC2086 # one word a package
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

npx -y "pnpm@$pnpm_version" install --frozen-lockfile --reporter=append-only
npx -y "pnpm@$pnpm_version" build
echo "initial-setup: the command is at apps/vpc-bridge/dist/vpc-bridge"
