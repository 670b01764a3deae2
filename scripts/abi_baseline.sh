#!/bin/sh
# Freezes the current plugin headers as version MAJOR.MINOR: copy, baseline of libabigail, table of
# the layout. Run from the root, once per minor version: abi_baseline.sh 1.1
set -eu
version=$1
copy="tests/abi/v$(echo "$version" | tr . _)"
[ ! -e "tests/abi/v$version.abi" ] || { echo "error: version $version is frozen already" >&2; exit 2; }
mkdir -p "$copy"
cp -r plugin_api/include/v1e "$copy"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${CC:-cc}" -std=c99 -g -O0 -fPIC -shared -I plugin_api/include -o "$work/probe.so" tests/abi/probe.c
abidw --no-corpus-path --no-comp-dir-path --no-show-locs --out-file "tests/abi/v$version.abi" "$work/probe.so"
python3 scripts/abi_layout.py plugin_api/include > "tests/abi/layout-$version.txt"
