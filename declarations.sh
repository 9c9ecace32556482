#!/bin/sh
# Makes the type declarations of all packages, which only publishing needs, by one run of tsc: `pnpm run declarations`.
set -eu
cd "$(dirname "$0")"

made=$(mktemp -d)
trap 'rm -r "$made"' EXIT
tsc -p tsconfig.declarations.json --outDir "$made"
for package in packages/*; do
  mkdir -p "$package/dist"
  find "$package/dist" -name '*.d.ts' -delete
  cp -r "$made/$package/src/." "$package/dist/"
done
