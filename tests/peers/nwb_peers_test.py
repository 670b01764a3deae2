#!/usr/bin/env python3
"""A file of `v1engine export --format nwb` as pynwb reads it and nwbinspector judges it.

nwb_peers_test.py V1ENGINE_BINARY. Skipped (77) where pynwb, nwbinspector, h5py or numpy is missing.
"""
import pathlib
import subprocess
import sys
import tempfile

from peers import check, need

need("pynwb", "nwbinspector", "h5py", "numpy")

import h5py  # noqa: E402
import numpy as np  # noqa: E402
import pynwb  # noqa: E402
from nwbinspector import Importance, inspect_nwbfile  # noqa: E402


def v1engine(folder, *arguments):
    done = subprocess.run([sys.argv[1], *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"FAILED: v1engine {' '.join(arguments)}\n{done.stderr}")


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name)
    (work / "a.toml").write_text(
        "seed = 7\n[network]\nneurons = 100\n[simulation]\nduration = 200.0\ntrials = 2\n"
        "[stimulus]\nplugin = 'gratings'\n[record]\nvariables = ['v', 'input_current']\n"
        "variables_of = 'e4'\nprecision = 'float32'\n")
    v1engine(work, "run", "a.toml", "-o", "out", "--no-analyses", "-q")
    v1engine(work, "export", "out", "--format", "nwb", "-o", "run.nwb")
    path = str(work / "run.nwb")
    problems = pynwb.validate(path=path)
    problems = problems[0] if isinstance(problems, tuple) else problems
    check(not problems, f"pynwb: valid {[str(p) for p in problems]}")
    with h5py.File(work / "out" / "spikes.h5") as file:
        times = file["spikes/v1/timestamps"][:] / 1000.0
        ids = file["spikes/v1/node_ids"][:]
    with h5py.File(work / "out" / "recordings.h5") as file:
        recorded = file["Data/v"][:].reshape(400, -1)
        recorded_ids = file["Data/neuron_ids"][:]
    with pynwb.NWBHDF5IO(path, "r") as io:
        nwb = io.read()
        units = nwb.units.to_dataframe()
        check(len(units) == 100, "pynwb: 100 units")
        same = all(np.allclose(np.sort(row.spike_times), np.sort(times[ids == row.node_id]))
                   for row in units.itertuples())
        check(same and len(times) > 0, f"pynwb: {len(times)} spikes, each of its unit")
        check(list(nwb.trials.to_dataframe()["start_time"]) == [0.0, 0.2], "pynwb: trials")
        module = nwb.processing["recordings"]
        v = module["v"]
        check(v.unit == "volts" and v.rate == 1000.0, "pynwb: time series of the potential")
        check(np.allclose(v.data[:] * v.conversion, recorded * 1e-3), "pynwb: its values in volts")
        check(np.array_equal(module["recorded_neurons"]["node_id"][:], recorded_ids),
              "pynwb: whose columns they are")
        lgn = nwb.processing["inputs"]["lgn"]
        check(len(lgn["spike_times"].data) == 17400, "pynwb: units of the LGN")
    bad = [message for message in inspect_nwbfile(nwbfile_path=path)
           if message.importance.value >= Importance.BEST_PRACTICE_VIOLATION.value]
    for message in bad:
        print(f"  {message.importance.name}: {message.check_function_name}: {message.message} "
              f"({message.location})")
    # A simulation has no subject; everything else must be in order.
    left = [m for m in bad if m.check_function_name != "check_subject_exists"]
    check(not left, "nwbinspector: nothing but the subject that a simulation lacks")
