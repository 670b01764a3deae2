#!/bin/sh
# Every plugin header compiles alone, as C and C++ of all ages, without a warning or implicit
# padding. Compilers from CC and CXX.
set -eu
root=${1:-.}
include="$root/plugin_api/include"
status=0
for header in "$include"/v1e/*.h; do
  for standard in c89 c99 c11 c17; do
    "${CC:-cc}" -std=$standard -Wall -Wextra -pedantic -Wpadded -Werror -fsyntax-only -x c \
      -I "$include" "$header" || status=1
  done
  for standard in c++11 c++14 c++17 c++20; do
    "${CXX:-c++}" -std=$standard -Wall -Wextra -pedantic -Wpadded -Werror -fsyntax-only -x c++ \
      -I "$include" "$header" || status=1
  done
done
exit $status
