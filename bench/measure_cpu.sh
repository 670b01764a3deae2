#!/bin/sh
# Prints the table of docs/performance.md: every case of configs/bench, the median of REPEAT runs
# with its range. Needs python3.
#   bench/measure_cpu.sh [V1ENGINE] [REPEAT] [CASE...]
# The run folders go to a memory disk where there is one. About seven minutes on two threads.
set -eu
cd "$(dirname "$0")/.."
program=${1:-build/release/bin/v1engine}
repeat=${2:-3}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- natural_5k driven_5k natural_core driven_core recorded_core compressed_core \
  natural_full driven_full
[ ! -d /dev/shm ] || export TMPDIR="${TMPDIR:-/dev/shm}"
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

echo "load: $(cut -d' ' -f1-3 /proc/loadavg)"
echo "| case | synapses | mean rate | RTF | with recording | processor s per s | events |" \
  "network | setup | memory | stored |"
echo "|---|---|---|---|---|---|---|---|---|---|---|"
for case in "$@"; do
  for i in $(seq "$repeat"); do
    "$program" bench "configs/bench/$case.toml" -q --json >"$results/$case.$i.json"
  done
  python3 - "$case" "$results" <<'PYTHON'
import glob, json, statistics, sys
case, folder = sys.argv[1:]
runs = [json.load(open(path)) for path in sorted(glob.glob(f"{folder}/{case}.*.json"))]
def middle(value):
    return statistics.median(value(run) for run in runs)
def spread(key):
    values = [run[key] for run in runs]
    return f"{statistics.median(values):.3f} ({min(values):.3f} .. {max(values):.3f})"
last = runs[-1]
print(f"| {case} | {last['synapses'] / 1e6:.1f} M | {last['mean_rate_hz']:.2f} Hz "
      f"| {spread('rtf')} | {spread('rtf_total')} "
      f"| {middle(lambda r: r['processor_s'] / r['simulated_s']):.3f} "
      f"| {middle(lambda r: r['events_per_s']) / 1e6:.0f} M/s "
      f"| {middle(lambda r: r['timings_s'].get('network', 0.0)):.1f} s "
      f"| {middle(lambda r: r['timings_s'].get('backend setup', 0.0)):.1f} s "
      f"| {last['peak_memory_bytes'] / 2**20:.0f} MiB "
      f"| {last['stored_bytes'] / 2**20:.0f} MiB |", flush=True)
PYTHON
done
