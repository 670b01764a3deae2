#!/bin/sh
# Reference of the plugin interface and the SDK, from their headers, into FOLDER/html. Usage, from
# anywhere: scripts/reference.sh [FOLDER], default build/reference. Fails on any warning of Doxygen,
# and when a field of the plugin interface has no description. 77: doxygen is missing.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
out=${1:-$root/build/reference}
command -v doxygen >/dev/null || { echo "skipped: doxygen is missing (Debian: doxygen)" >&2; exit 77; }
mkdir -p "$out"
out=$(CDPATH='' cd -- "$out" && pwd)
cd "$root"
run() {  # MORE-SETTINGS
  { cat docs/plugins/Doxyfile; echo "OUTPUT_DIRECTORY = \"$out\""; echo "$1"; } | doxygen - 2>"$out/warnings.txt" || true
  [ -s "$out/warnings.txt" ] || return 0
  head -40 "$out/warnings.txt" >&2
  echo "error: doxygen has something to say about the headers" >&2
  exit 1
}
# Every field of the interface; struct_size and reserved are explained once, in abi.h.
run 'INPUT = plugin_api/include/v1e
     EXTRACT_ALL = NO
     WARN_IF_UNDOCUMENTED = YES
     GENERATE_HTML = NO
     GENERATE_XML = YES
     XML_OUTPUT = fields
     EXCLUDE_SYMBOLS = struct_size reserved'
rm -rf "$out/fields"
run ''
echo "$out/html/index.html"
