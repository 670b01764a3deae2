#!/bin/sh
# The gates hold today's headers, and each can fail: fields are inserted, appended and changed in
# copies of the headers. Usage: gates_test.sh ROOT; compilers from CC and CXX.
set -eu
root=$1
abi="$root/tests/abi"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "error: $1" >&2; exit 1; }
holds() {  # INCLUDE: both gates accept these headers
  sh "$root/scripts/check_abi.sh" "$root" "$1" >"$work/log" 2>&1 &&
    python3 "$root/scripts/abi_layout.py" "$1" "$abi"/layout-1.*.txt >>"$work/log" 2>&1
}
changed() {  # HEADER SED-EXPRESSION: a copy of the headers with one change
  rm -rf "$work/include"
  cp -r "$root/plugin_api/include" "$work/include"
  sed -i "$2" "$work/include/v1e/$1"
  ! cmp -s "$root/plugin_api/include/v1e/$1" "$work/include/v1e/$1" || fail "nothing changed: $2"
}

holds "$abi/v1_0" || { cat "$work/log"; fail "the baselines are not those of the frozen headers"; }
holds "$root/plugin_api/include" || { cat "$work/log"; fail "today's headers break the interface"; }
changed stimulus.h 's/^} v1e_window;/  int64_t appended;\n&/'
holds "$work/include" || { cat "$work/log"; fail "an appended field is allowed"; }
changed stimulus.h 's/^  int64_t step_begin; /  int64_t inserted;\n&/'
! holds "$work/include" || fail "an inserted field was not noticed"
changed param.h 's/^} v1e_value;/  int64_t appended;\n&/'
! holds "$work/include" || fail "a grown frozen struct was not noticed"
changed backend.h '/(\*wait)/d'
! holds "$work/include" || fail "a removed function was not noticed"
changed abi.h 's/V1E_E_IO = 7/V1E_E_IO = 17/'
! holds "$work/include" || fail "a changed constant was not noticed"
changed host.h 's,"v1e.rng/1","v1e.rng/2",'
! holds "$work/include" || fail "a changed id was not noticed"
changed ext/lanes.h '/uint32_t reserved;/d'
! holds "$work/include" || fail "a changed extension was not noticed"
changed ext/lgn_rates.h '/const double\* gain;/d'
! holds "$work/include" || fail "a changed part of an extension was not noticed"

compile() { "${CXX:-c++}" -std=c++17 -fsyntax-only -I "$root/plugin_api/include" "$@" 2>"$work/log"; }
compile -DALLOWED "$abi/throwing_function.cpp" || { cat "$work/log"; fail "the control file does not compile"; }
! compile "$abi/throwing_function.cpp" || fail "a throwing function was stored in a table"
(cd "$root/plugin_api/include" && find v1e -name '*.h') >"$work/headers"
while read -r header; do
  [ -f "$abi/v1_0/$header" ] || fail "no frozen copy of $header"
done <"$work/headers"
