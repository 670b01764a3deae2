#!/bin/sh
# Every shipped plugin and example conforms. Usage: check_shipped_plugins.sh V1ENGINE FOLDER...
set -u
v1engine=$1
shift
status=0
for folder in "$@"; do
  for plugin in "$folder"/*.so; do
    "$v1engine" plugins check "$plugin" >"${TMPDIR:-/tmp}/check.$$" 2>&1 ||
      { status=1; cat "${TMPDIR:-/tmp}/check.$$"; }
  done
done
rm -f "${TMPDIR:-/tmp}/check.$$"
exit $status
