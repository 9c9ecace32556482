#!/bin/sh
# Makes dist/look, without which states are read all the same, and more slowly.
cd "$(dirname "$0")/.." || exit
command -v cc >/dev/null || exit 0
mkdir -p dist
cc -std=gnu17 -Wall -Wextra -Werror -O2 -static -o dist/look native/look.c || echo 'testbed: reads states without native/look.c' >&2
