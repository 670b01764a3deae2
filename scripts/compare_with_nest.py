#!/usr/bin/env python3
"""Runs one written circuit with v1engine and with NEST (through bmtk) on the same input spikes.

    scripts/peers_venv.sh nest
    build/peers/bin/python scripts/compare_with_nest.py V1ENGINE CONFIG.toml [--ms 500] [--dt 0.25]

Builds the SONATA circuit of the config into a scratch folder, draws Poisson spikes for its virtual
populations (LGN units at 5 Hz, background at its own rate), lets both programs simulate the very
same files and prints how many spikes they share. Both use the exact scheme; v1engine runs in
float64 here.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

LGN_HZ = 5.0


def write_input(circuit, population, rate_hz, ms, dt, rng):
    with h5py.File(circuit / "network" / f"{population}_nodes.h5") as file:
        ids = file[f"nodes/{population}/node_id"][:]
    steps = int(round(ms / dt))
    # Times on the grid, at most one spike of a unit per step, none at 0.
    fires = rng.random((steps - 1, len(ids))) < 1.0 - np.exp(-rate_hz * dt * 1e-3)
    step, unit = np.nonzero(fires)
    path = circuit / "inputs" / f"{population}_spikes.h5"
    path.parent.mkdir(exist_ok=True)
    with h5py.File(path, "w") as file:
        group = file.create_group(f"spikes/{population}")
        group.attrs["sorting"] = "by_time"
        group["timestamps"] = (step + 1) * dt
        group["timestamps"].attrs["units"] = "ms"
        group["node_ids"] = ids[unit].astype(np.uint64)
    return {"input_type": "spikes", "module": "sonata", "node_set": population,
            "input_file": f"$BASE_DIR/inputs/{population}_spikes.h5"}


def background_rate_hz(circuit):
    header, row = (circuit / "network" / "bkg_node_types.csv").read_text().splitlines()[:2]
    return float(row.split(" ")[header.split(" ").index("firing_rate")])


def spikes_of(path, id_of=None):
    with h5py.File(path) as file:
        group = file["spikes/v1"]
        times, ids = group["timestamps"][:], group["node_ids"][:].astype(np.int64)
    if id_of is not None:
        ids = id_of[ids]
    return times, ids


def compare(ours, theirs, dt):
    keys = [set(zip(np.round(times / dt).astype(np.int64), ids)) for times, ids in (ours, theirs)]
    common = keys[0] & keys[1]
    print(f"v1engine: {len(ours[0])} spikes, NEST: {len(theirs[0])}, the same (neuron and step): "
          f"{len(common)}")
    different = sorted(keys[0] ^ keys[1])
    if different:
        step, neuron = different[0]
        print(f"first difference: neuron {neuron} at {step * dt} ms, in "
              f"{'v1engine' if different[0] in keys[0] else 'NEST'} only; "
              f"{sum(s < step for s, _ in common)} spikes agree before it")
    else:
        print("identical")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("v1engine")
    parser.add_argument("config", type=pathlib.Path)
    parser.add_argument("--ms", type=float, default=500.0)
    parser.add_argument("--dt", type=float, default=0.25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], help="passed on to v1engine build")
    options = parser.parse_args()
    engine = str(pathlib.Path(options.v1engine).resolve())
    with tempfile.TemporaryDirectory() as name:
        circuit = pathlib.Path(name) / "circuit"
        more = [part for text in options.set for part in ("--set", text)]
        subprocess.run([engine, "build", options.config, "--sonata", circuit, "-q", *more], check=True)
        config = json.loads((circuit / "simulation_config.json").read_text())
        config["run"].update(tstop=options.ms, dt=options.dt)
        rng = np.random.default_rng(options.seed)
        config["inputs"] = {
            "lgn": write_input(circuit, "lgn", LGN_HZ, options.ms, options.dt, rng),
            "bkg": write_input(circuit, "bkg", background_rate_hz(circuit), options.ms, options.dt, rng)}
        (circuit / "simulation_config.json").write_text(json.dumps(config, indent=2))
        subprocess.run([engine, "run", "simulation_config.json", "-o", "ours", "-q", "--set",
                        "simulation.precision='float64'"], cwd=circuit, check=True)
        nest = subprocess.run([sys.executable, "run_nest.py"], cwd=circuit, capture_output=True, text=True)
        if nest.returncode != 0:
            sys.exit(f"NEST failed:\n{nest.stdout[-2000:]}{nest.stderr[-4000:]}")
        with h5py.File(circuit / "network" / "v1_nodes.h5") as file:
            group = file["nodes/v1/0"]
            full = group["full_network_id"][:] if "full_network_id" in group else None
        compare(spikes_of(circuit / "ours" / "spikes.h5"),
                spikes_of(circuit / "output" / "spikes.h5", full), options.dt)


if __name__ == "__main__":
    main()
