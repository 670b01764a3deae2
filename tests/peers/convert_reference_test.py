#!/usr/bin/env python3
"""scripts/convert_reference_network.py on a small pickle made here, and a run of the result.

convert_reference_test.py V1ENGINE_BINARY. Skipped (77) where h5py or numpy is missing.
"""
import json
import pathlib
import pickle
import subprocess
import sys
import tempfile

from peers import ROOT, check, need

need("h5py", "numpy")

import h5py  # noqa: E402
import numpy as np  # noqa: E402

CELLS, LGN = 12, 5


def params(number):
    return {"asc_init": [0.0, 0.0], "V_th": -45.0, "g": 5.0, "E_L": -72.0, "k": [0.003, 0.3],
            "C_m": 60.0 + number, "V_reset": -72.0, "V_dynamics_method": "linear_exact",
            "tau_syn": [5.5, 8.5, 2.8, 5.8], "t_ref": 2.4, "asc_amps": [-4.0, -90.0]}


def edge(source, target, receptor, delay, weight):
    return {"source": np.array(source, np.uint64), "target": np.array(target, np.uint64),
            "params": {"model": "static_synapse", "receptor_type": receptor, "delay": delay,
                       "weight": np.array(weight, np.float64)}}


def make_reference(folder):
    (folder / "network").mkdir()
    type_ids = [518358134, 486146717, 487667205]
    type_of_id = np.arange(CELLS) % 3
    network = {"nodes": [{"ids": np.flatnonzero(type_of_id == t).astype(np.uint32),
                          "params": params(t)} for t in range(3)],
               "edges": [edge([0, 1, 2, 0], [3, 4, 5, 3], 1, 1.5, [10.0, 20.0, 9e-4, 11.0]),
                         edge([1, 7], [0, 11], 2, 2.5, [-30.0, -5.0])]}
    # The background drives every neuron across its threshold.
    inputs = [({"ids": np.arange(LGN), "spikes": [[] for _ in range(LGN)]},
               [edge([0, 4, 2], [6, 1, 0], 1, 1.7, [7.0, 8.0, 9.0])]),
              ({"ids": np.array([0]), "spikes": [[]]},
               [edge([0] * CELLS, list(range(CELLS)), 1, 1.0, [60.0] * CELLS)])]
    for name, content in (("network_dat", network), ("input_dat", inputs)):
        with open(folder / f"{name}.pkl", "wb") as file:
            pickle.dump(content, file)
    with h5py.File(folder / "network" / "v1_nodes.h5", "w") as file:
        group = file.create_group("nodes/v1")
        group["node_id"] = np.arange(CELLS, dtype=np.uint64)
        group["node_type_id"] = np.array(type_ids, np.uint64)[type_of_id]
        x = 10.0 * np.arange(CELLS)[::-1]  # the last neurons are nearest to the axis
        for name, values in (("x", x), ("y", -x), ("z", 0.0 * x), ("tuning_angle", 30.0 + x)):
            group[f"0/{name}"] = values
    rows = ["node_type_id ei pop_name", f"{type_ids[2]} i i23Pvalb", f"{type_ids[0]} e e4Rorb",
            f"{type_ids[1]} e e23Cux2"]
    (folder / "network" / "v1_node_types.csv").write_text("\n".join(rows) + "\n")


def convert(folder, *arguments):
    script = ROOT / "scripts" / "convert_reference_network.py"
    done = subprocess.run([sys.executable, script, folder, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"FAILED: {done.stderr}")


def v1engine(folder, *arguments, code=0):
    done = subprocess.run([sys.argv[1], *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode != code:
        sys.exit(f"FAILED: v1engine {' '.join(arguments)} ended with {done.returncode}\n{done.stderr}")
    return done.stdout


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name)
    make_reference(work)
    convert(work, "-o", work / "network.h5")
    info = json.loads(v1engine(work, "info", "network.h5", "--json"))["network"]
    check(info["neurons"] == CELLS and info["node_types"] == 3, "neurons and types")
    check(info["populations"] == {"e4Rorb": 4, "e23Cux2": 4, "i23Pvalb": 4},
          "names by node_type_id, whatever the order of the table")
    recurrent = info["blocks"]["recurrent"]
    check((recurrent["connections_drawn"], recurrent["connections_stored"]) == (6, 5),
          "one synapse is too weak to be stored")
    check(info["blocks"]["lgn"]["connections_stored"] == 3, "LGN")
    with h5py.File(work / "network.h5") as file:
        block = file["blocks/000"]
        words, bits = block["address"][:], int(block["address"].attrs["target_bits"])
        kind = words >> bits
        found = sorted(zip(np.repeat(np.arange(CELLS), np.diff(block["row_ptr"][:])).tolist(),
                           (words & ((1 << bits) - 1)).tolist(), block["weight"][:].tolist(),
                           file["synapse_kinds/delay"][:][kind].tolist(),
                           file["synapse_kinds/receptor"][:][kind].tolist()))
        check(found == [(0, 3, 10.0, 1.5, 0), (0, 3, 11.0, 1.5, 0), (1, 0, -30.0, 2.5, 1),
                        (1, 4, 20.0, 1.5, 0), (7, 11, -5.0, 2.5, 1)], "synapses one by one")
        check(file["types/c_m"][:].tolist() == [60.0, 61.0, 62.0], "parameters by type")
    (work / "a.toml").write_text(
        "[network]\nsource = 'file'\nfile = 'network.h5'\n[simulation]\nduration = 200.0\ntrials = 1\n"
        "scheme = 'billeh-tf'\n[background]\nkind = 'shared-binomial'\n")
    v1engine(work, "run", "a.toml", "-o", "out", "--no-analyses", "-q")
    with h5py.File(work / "out" / "spikes.h5") as file:
        ids = set(file["spikes/v1/node_ids"][:].tolist())
    check(ids == set(range(CELLS)), "the converted network runs and all its neurons spike")
    convert(work, "-o", work / "all.h5", "--drop-below", "0")
    info = json.loads(v1engine(work, "info", "all.h5", "--json"))["network"]
    check(info["blocks"]["recurrent"]["connections_stored"] == 6, "--drop-below 0 keeps all synapses")
    convert(work, "-o", work / "small.h5", "--neurons", "4")
    info = json.loads(v1engine(work, "info", "small.h5", "--json"))["network"]
    check(info["neurons"] == 4 and info["of_full_network"] == CELLS, "the nearest neurons alone")
    with h5py.File(work / "small.h5") as file:
        check(file["nodes/v1/node_id"][:].tolist() == [8, 9, 10, 11], "their ids")
