#!/bin/bash
# On a machine with an NVIDIA GPU: builds, checks and measures the backend cuda. One command:
#   bench/gpu.sh [OUT]          OUT: folder for logs and tables (default build/gpu-report)
#   V1_GPU_QUICK=1 bench/gpu.sh leaves out the full networks.
#   V1_GPU_SKIP_CHECKS=1 measures only.
#   V1_GPU_WAYS=only     measures only the ways of a step ("step" and "state" of the backend):
#                        OUT/tries.txt (one short run a network, all ways in turn), OUT/ways.md.
#   V1_GPU_WAYS=none     leaves them out.
#   V1_GPU_RUNS=N        medians of N runs instead of five (ways: three).
# Ends with 0 when every check passed. Tables are in OUT/*.md, everything else in OUT/*.log.
set -euo pipefail
root=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")/.." && pwd)
cd "$root"
out=$(readlink -m "${1:-build/gpu-report}")
mkdir -p "$out"
failed=0
note() { printf '%s\n' "$*" | tee -a "$out/summary.txt"; }
step() { # NAME COMMAND...: runs it with a log; a failure is noted and the rest goes on
  local name=$1
  shift
  if "$@" >"$out/$name.log" 2>&1; then
    note "ok      $name"
  else
    note "FAILED  $name (exit $?, see $out/$name.log)"
    failed=1
  fi
}
: >"$out/summary.txt"

# A compiler that may be a wrapper with static libraries cannot build plugins: name the real one.
cxx=/usr/bin/g++
for candidate in /usr/bin/g++-13 /usr/bin/g++-12 /usr/bin/g++; do
  [ -x "$candidate" ] && cxx=$candidate && break
done
cc=${cxx/g++/gcc}
nvcc=$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)
[ -x "$nvcc" ] || { echo "error: no nvcc in PATH or /usr/local/cuda/bin" >&2; exit 2; }
command -v nvidia-smi >/dev/null || { echo "error: no nvidia-smi: is there a GPU?" >&2; exit 5; }
. scripts/packages.sh
v1_install_missing "$v1_packages_build
$v1_packages_test" || note "some packages could not be installed; going on"

build=build/gpu
cmake -S . -B $build -G Ninja -DCMAKE_BUILD_TYPE=Release -DV1_CUDA=ON -DCMAKE_C_COMPILER="$cc" \
  -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_CUDA_COMPILER="$nvcc" -DCMAKE_CUDA_HOST_COMPILER="$cxx" \
  >"$out/configure.log" 2>&1
ways=${V1_GPU_WAYS:-too}
targets='v1engine v1_plugins'
[ "$ways" = only ] || targets+=' cuda_emulated_test cuda_device_test cuda_lgn_device_test lgn_rates'
cmake --build $build --target $targets >"$out/build.log" 2>&1
v1engine=$build/bin/v1engine
plugin=$(find "$PWD/$build" -name cuda.so | head -1)
device=$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader | head -1)
{
  echo "device    $device"
  echo "nvcc      $("$nvcc" --version | grep release)"
  echo "compiler  $("$cxx" --version | head -1)"
  echo "host      $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2), $(nproc) threads"
  echo "revision  $(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
} | tee "$out/machine.txt"

if [ -z "${V1_GPU_SKIP_CHECKS:-}" ] && [ "$ways" != only ]; then
  # Bits: on a device in software, on the device, and whole runs.
  step identity ctest --test-dir $build --output-on-failure -R 'Cuda|LgnOnDevice|Emulated[BDL]' \
    --no-tests=error
  identical() { # NAME CONFIG SETTINGS...
    local name=$1 config=$2
    shift 2
    rm -rf "$out/run-$name-cpu" "$out/run-$name-cuda"
    "$v1engine" run "$config" --backend cpu -o "$out/run-$name-cpu" "$@" --no-analyses &&
      "$v1engine" run "$config" --backend cuda -o "$out/run-$name-cuda" "$@" --no-analyses &&
      "$v1engine" compare "$out/run-$name-cpu" "$out/run-$name-cuda"
  }
  step same-5k identical 5k configs/bench/driven_5k.toml --trials 2
  step same-lanes identical lanes configs/bench/driven_5k.toml --trials 6 \
    --set simulation.carry_state=false
  step same-recorded identical recorded configs/bench/driven_5k.toml --trials 2 \
    --set "record.variables=['v','input_current','background_current']"
  # Every way of a step, against the run of the cpu above.
  same_way() { # STEP STATE
    rm -rf "$out/run-5k-$1-$2"
    "$v1engine" run configs/bench/driven_5k.toml --backend cuda -o "$out/run-5k-$1-$2" \
      --trials 2 --no-analyses --set "simulation.backend_params.step=$1" \
      --set "simulation.backend_params.state=$2" &&
      "$v1engine" compare "$out/run-5k-cpu" "$out/run-5k-$1-$2"
  }
  for how in two-launches one-launch fastest; do
    for state in cached streaming persisting fastest; do
      step "same-$how-$state" same_way $how $state
    done
  done
  step same-resident same_way resident cached
  step same-on-chip same_way on-chip cached
  for kind in shared-poisson shared-stratified shared-binomial pool independent-poisson none; do
    step "same-$kind" identical "$kind" configs/bench/natural_5k.toml --trials 1 \
      --set "background.kind=$kind" --set simulation.duration=500
  done
  step same-tf identical tf configs/bench/natural_5k.toml --trials 1 \
    --set simulation.scheme=billeh-tf --set simulation.duration=500
  step same-core identical core configs/bench/natural_core.toml --trials 1
  # Without the cache the rates of the LGN come from the device, too.
  step same-lgn identical lgn configs/bench/natural_5k.toml --trials 1 --no-cache
  step plugin-check "$v1engine" plugins check "$plugin"

  sanitizer=$(command -v compute-sanitizer || echo /usr/local/cuda/bin/compute-sanitizer)
  if [ -x "$sanitizer" ]; then
    test=$build/tests/unit/cuda/cuda_device_test
    small='--gtest_filter=*300*:*OneNeuron*'
    step memcheck "$sanitizer" --tool memcheck --leak-check full --error-exitcode 9 $test $small
    # All of the small tests take minutes here.
    step racecheck "$sanitizer" --tool racecheck --error-exitcode 9 $test \
      '--gtest_filter=*SpikesSamples*/OneNeuron:*ProbesDoNotMatter/Glif300:*Lanes*/Mixed300'
    step initcheck "$sanitizer" --tool initcheck --error-exitcode 9 $test '--gtest_filter=*Mixed300*'
    lgn_test=$build/tests/unit/cuda/cuda_lgn_device_test
    step lgn-memcheck "$sanitizer" --tool memcheck --leak-check full --error-exitcode 9 $lgn_test
    step lgn-racecheck "$sanitizer" --tool racecheck --error-exitcode 9 $lgn_test \
      '--gtest_filter=*EveryMode*:*WideFrames*'
    step lgn-initcheck "$sanitizer" --tool initcheck --error-exitcode 9 $lgn_test \
      '--gtest_filter=*EveryMode*:*WideFrames*'
  else
    note "MISSING compute-sanitizer"
    failed=1
  fi
fi

# Speed: medians of several runs: the device's time by its own events, and the host's inside the
# backend.
runs=${V1_GPU_RUNS:-5}
median() { # FILE KEY
  python3 - "$1" "$2" <<'PY'
import json, statistics, sys
runs = [json.loads(line) for line in open(sys.argv[1])]
print(statistics.median(float(run[sys.argv[2]]) for run in runs))
PY
}
new_table() { # FILE
  table=$1
  {
    echo "| network | trials | mean rate [Hz] | RTF per trial, device | host | with recording | events/s | device memory |"
    echo "|---|---|---|---|---|---|---|---|"
  } >"$table"
}
measure() { # NAME CONFIG TRIALS SETTINGS...
  local name=$1 config=$2 trials=$3
  shift 3
  local log=$out/bench-$(echo "$name" | tr ' ,' '--').jsonl
  : >"$log"
  local peak=0
  for ((run = 0; run < runs; ++run)); do
    "$v1engine" bench "$config" --backend cuda --trials "$trials" --json "$@" \
      >"$out/one.json" 2>>"$out/bench.err" &
    local pid=$! used
    while kill -0 $pid 2>/dev/null; do
      used=$(nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits | head -1)
      [ "$used" -gt "$peak" ] && peak=$used
      sleep 0.2
    done
    if ! wait $pid; then
      note "FAILED  bench $name (see $out/bench.err)"
      failed=1
      return
    fi
    python3 -c 'import json,sys; print(json.dumps(json.load(open(sys.argv[1]))))' "$out/one.json" \
      >>"$log"
  done
  printf '| %s | %s | %.2f | %.5f | %.5f | %.5f | %.3g | %s MiB |\n' "$name" "$trials" \
    "$(median "$log" mean_rate_hz)" "$(median "$log" rtf_device)" "$(median "$log" rtf)" \
    "$(median "$log" rtf_total)" \
    "$(median "$log" events_per_s)" "$peak" | tee -a "$table"
}
# Every way of a step; all give the same spikes. First all of them in the windows of one run (what
# step = state = "fastest" does and logs), then each in runs of its own.
way='--set simulation.backend_params'
try_ways() { # NAME CONFIG TRIALS SETTINGS...
  local name=$1 config=$2 trials=$3
  shift 3
  echo "$name" >>"$out/tries.txt"
  "$v1engine" bench "$config" --backend cuda --trials "$trials" --json $way.step=fastest \
    $way.state=fastest "$@" 2>&1 >/dev/null | grep 'of those tried' | tee -a "$out/tries.txt" ||
    note "no way was chosen for $name"
}
measure_ways() { # NAME CONFIG TRIALS SETTINGS...
  local name=$1 config=$2 trials=$3 step state
  shift 3
  for step in two-launches one-launch; do
    for state in cached streaming persisting; do
      # What lies apart for each lane is not kept in the cache.
      [ "$state" = persisting ] && [[ $* == *carry_state=false* ]] && continue
      measure "$name: $step, $state" "$config" "$trials" "$@" $way.step=$step $way.state=$state
    done
  done
  for step in resident on-chip; do
    measure "$name: $step" "$config" "$trials" "$@" $way.step=$step
  done
}
single='--set simulation.backend_params.lanes=1'
independent='--set simulation.carry_state=false'
from_file() { # NAME CONFIG: builds the network once and prints the settings that read it
  "$v1engine" build "$2" -o "$out/$1.h5" -q >>"$out/networks.log" 2>&1
  echo "--set network.source=file --set network.file=$out/$1.h5"
}
core=$(from_file core configs/bench/driven_core.toml)
if [ -z "${V1_GPU_QUICK:-}" ]; then
  full=$(from_file full configs/bench/driven_full.toml)
  v1dd=$(from_file v1dd configs/bench/driven_v1dd.toml)
fi
each_network() { # COMMAND: with the networks of one lane, and trials for more than 24 windows
  "$1" "5,000 neurons" configs/bench/driven_5k.toml 3 $single
  "$1" "core" configs/bench/driven_core.toml 3 $single $core
  [ -n "${V1_GPU_QUICK:-}" ] && return
  "$1" "full billeh2020" configs/bench/driven_full.toml 3 $single $full
  "$1" "full v1dd2024" configs/bench/driven_v1dd.toml 3 $single $v1dd
}
each_lanes() { # COMMAND
  "$1" "20 trials of 5,000" configs/bench/driven_5k.toml 20 $independent
  "$1" "20 trials of the core" configs/bench/driven_core.toml 20 $independent $core
}
if [ "$ways" != none ]; then
  : >"$out/tries.txt"
  each_network try_ways
  new_table "$out/ways.md"
  runs=${V1_GPU_RUNS:-3}
  each_network measure_ways
  each_lanes measure_ways
  runs=${V1_GPU_RUNS:-5}
fi
if [ "$ways" = only ]; then
  note "tries in $out/tries.txt, table in $table"
  exit $failed
fi
new_table "$out/table.md"
measure "5,000 neurons" configs/bench/driven_5k.toml 3 $single
measure "core, 51,978 neurons" configs/bench/driven_core.toml 3 $single $core
for lanes in 1 2 4 8 20; do
  lanes_set="$independent --set simulation.backend_params.lanes=$lanes"
  measure "20 trials of 5,000, $lanes lanes" configs/bench/driven_5k.toml 20 $lanes_set
  measure "20 trials of the core, $lanes lanes" configs/bench/driven_core.toml 20 $lanes_set $core
done
measure "20 trials of 5,000, automatic lanes" configs/bench/driven_5k.toml 20 $independent
measure "20 trials of the core, automatic lanes" configs/bench/driven_core.toml 20 $independent $core
if [ -z "${V1_GPU_QUICK:-}" ]; then
  measure "full billeh2020, 230,924 neurons" configs/bench/driven_full.toml 2 $single $full
  measure "full v1dd2024, 203,816 neurons" configs/bench/driven_v1dd.toml 2 $single $v1dd
fi
# Rates of 17,400 LGN units for 32 movies of 500 ms in which every frame differs, five times; ends
# with 1 when a bit differs from those of the host. Goal: 0.26 s on an H100.
lgn_rates() {
  for _ in 1 2 3 4 5; do $build/bench/lgn_rates "$plugin" 32 500 || return; done
}
step lgn-rates lgn_rates
grep -h '^device\|^host' "$out/lgn-rates.log" | tee -a "$out/summary.txt" || true
profiler=$(command -v nsys || true)
if [ -n "$profiler" ]; then
  step profile nsys profile --stats=true --force-overwrite=true --cuda-graph-trace=node \
    -o "$out/profile" "$v1engine" bench configs/bench/driven_core.toml \
    --backend cuda --trials 1
  step profile-lgn nsys profile --stats=true --force-overwrite=true -o "$out/profile-lgn" \
    $build/bench/lgn_rates "$plugin" 8 500
fi
note "tables in $table"
exit $failed
