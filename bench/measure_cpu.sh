#!/bin/sh
# Prints the table of docs/performance.md: every case of configs/bench, the median of REPEAT runs.
#   bench/measure_cpu.sh [V1ENGINE] [REPEAT] [CASE...]
# Cases: natural_5k driven_5k natural_core driven_core recorded_core compressed_core natural_full
# driven_full. The run folders go to a memory disk where there is one.
set -eu
cd "$(dirname "$0")/.."
program=${1:-build/release/bin/v1engine}
repeat=${2:-3}
[ $# -lt 2 ] || shift 2
[ $# -gt 0 ] || set -- natural_5k driven_5k natural_core driven_core recorded_core compressed_core \
  natural_full driven_full
[ -d /dev/shm ] && export TMPDIR=${TMPDIR:-/dev/shm}
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
uptime
for case in "$@"; do
  for i in $(seq "$repeat"); do
    "$program" bench "configs/bench/$case.toml" --json >"$results/$case.$i.json"
  done
  python3 - "$case" "$results" <<'PYTHON'
import glob, json, statistics, sys
case, folder = sys.argv[1:]
runs = [json.load(open(path)) for path in sorted(glob.glob(f"{folder}/{case}.*.json"))]
middle = lambda f: statistics.median(f(run) for run in runs)
spread = lambda f: f"{min(map(f, runs)):.3f} .. {max(map(f, runs)):.3f}"
rtf = lambda run: run["rtf"]
last = runs[-1]
print(f"| {case} | {last['neurons']} | {last['synapses']} | {last['mean_rate_hz']:.2f} Hz "
      f"| {middle(rtf):.4f} ({spread(rtf)}) | {middle(lambda r: r['rtf_total']):.4f} "
      f"| {middle(lambda r: r['processor_s'] / r['simulated_s']):.4f} "
      f"| {middle(lambda r: r['events_per_s']) / 1e6:.0f} M/s "
      f"| {middle(lambda r: r['timings_s'].get('network', 0.0)):.1f} s "
      f"| {last['peak_memory_bytes'] / 2**20:.0f} MiB "
      f"| {last['stored_bytes'] / 2**20:.0f} MiB |", flush=True)
PYTHON
done
