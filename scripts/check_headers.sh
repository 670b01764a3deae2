#!/bin/sh
# Every plugin header, those of extensions too, compiles alone, as C and C++ of all ages, without a
# warning or implicit padding. Compilers from CC and CXX, and gcc and clang where they are present.
set -eu
root=${1:-.}
include="$root/plugin_api/include"
flags="-Wall -Wextra -pedantic -Wpadded -Werror -fsyntax-only"
compilers() {  # COMPILER...: those that are there, each once
  for name in "$@"; do
    found=$(command -v "$name") && readlink -f "$found" || true
  done | sort -u
}
status=0
for header in "$include"/v1e/*.h "$include"/v1e/ext/*.h; do
  for compiler in $(compilers "${CC:-cc}" gcc clang); do
    for standard in c89 c99 c11 c17; do
      "$compiler" -std=$standard $flags -x c -I "$include" "$header" || status=1
    done
  done
  for compiler in $(compilers "${CXX:-c++}" g++ clang++); do
    for standard in c++11 c++14 c++17 c++20; do
      "$compiler" -std=$standard $flags -x c++ -I "$include" "$header" || status=1
    done
  done
done
exit $status
