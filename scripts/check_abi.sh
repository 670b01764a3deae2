#!/bin/sh
# Compares the plugin headers with the frozen baselines by libabigail. Usage:
#   check_abi.sh [ROOT [INCLUDE]]   INCLUDE: folder with v1e/*.h, default that of ROOT
# Fails on everything but members appended to growable structs. Compiler from CC.
set -eu
root=${1:-.}
include=${2:-$root/plugin_api/include}
abi="$root/tests/abi"
command -v abidiff >/dev/null || { echo "error: abidiff is missing (Debian: abigail-tools)" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${CC:-cc}" -std=c99 -g -O0 -fPIC -shared -I "$include" -o "$work/probe.so" "$abi/probe.c"
status=0
for baseline in "$abi"/v1.*.abi; do
  abidiff --no-added-syms --suppressions "$abi/append_ok.suppr" "$baseline" "$work/probe.so" || status=1
done
[ "$status" = 0 ] || echo "error: the plugin interface changed incompatibly (docs/plugins/versioning.md)" >&2
exit $status
