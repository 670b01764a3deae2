#!/usr/bin/env python3
"""The spikes and recordings of a run folder, and of its export, as libsonata and bmtk see them.

run_peers_test.py V1ENGINE_BINARY. Skipped (77) where libsonata, bmtk, h5py or numpy is missing.
"""
import pathlib
import subprocess
import sys
import tempfile

from peers import check, need

need("libsonata", "bmtk", "h5py", "numpy")

import h5py  # noqa: E402
import libsonata  # noqa: E402
import numpy as np  # noqa: E402
from bmtk.utils.reports.spike_trains import SpikeTrains  # noqa: E402

CONFIG = """
seed = 3
[network]
neurons = 300
[simulation]
duration = 400.0
trials = 2
[[input]]
plugin = "current_clamp"
target = "all"
params = { amplitude = 60.0, start = 0.0, duration = 400.0 }
[stimulus]
plugin = "flash"
[record]
spikes = "all"
variables = ["v"]
"""


def v1engine(folder, *arguments):
    done = subprocess.run([sys.argv[1], *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"FAILED: v1engine {' '.join(arguments)}\n{done.stderr}")


def trial_spikes(run, population):
    """(time in ms, id) of all trials, straight from their files."""
    spikes = []
    for path in sorted((run / "trials").glob("*.h5")):
        with h5py.File(path) as file:
            group = file[f"spikes/{population}"]
            spikes += zip(group["timestamps"][:].tolist(), group["node_ids"][:].tolist())
    return spikes


def check_spikes(path, population, spikes):
    where = f"{path.parent.name}/{path.name}, {population}"
    check(len(spikes) > 100, f"{where}: {len(spikes)} spikes to read")
    reader = libsonata.SpikeReader(str(path))
    check(population in reader.get_population_names(), f"libsonata: {where} is listed")
    theirs = reader[population]
    check(theirs.sorting == "by_time", f"libsonata: {where} is sorted by time")
    check([(time, node) for node, time in theirs.get()] == spikes, f"libsonata: spikes of {where}")
    some = spikes[len(spikes) // 2][1]
    check([time for _, time in theirs.get(node_ids=[some])] ==
          [time for time, node in spikes if node == some], f"libsonata: spikes of one of {where}")
    trains = SpikeTrains.load(str(path))
    check(sorted(trains.get_times(some, population=population)) ==
          [time for time, node in spikes if node == some], f"bmtk: spikes of one of {where}")


def check_report(path, run):
    with h5py.File(run / "recordings.h5") as file:
        expected = file["Data/v"][:].astype(np.float32)
        ids = file["Data/neuron_ids"][:]
    population = libsonata.SomaReportReader(str(path))["v1"]
    frame = population.get(node_ids=[int(ids[7])])
    check(np.array_equal(np.asarray(frame.data)[:, 0], expected[:, :, 7].ravel()),
          f"libsonata: {path.name} of one neuron")


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name)
    (work / "a.toml").write_text(CONFIG)
    v1engine(work, "run", "a.toml", "-o", "run", "-q")
    v1engine(work, "export", "run", "--format", "sonata", "-o", "export", "-q")
    for population, file in (("v1", "spikes.h5"), ("lgn", "lgn_spikes.h5")):
        spikes = trial_spikes(work / "run", population)
        check_spikes(work / "run" / "spikes.h5", population, spikes)
        check_spikes(work / "export" / file, population, spikes)
    check_report(work / "export" / "v_report.h5", work / "run")
