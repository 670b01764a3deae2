"""A SONATA circuit of point neurons and the spikes that drive it, as plain arrays.

Reads what `v1engine build --sonata FOLDER` and `v1engine run` write; numpy and h5py only, so that
every peer starts from the very same numbers.
"""
import argparse
import csv
import json
import os
import re
from dataclasses import dataclass, field

import h5py
import numpy as np


# First step in which --drive acts where currents are read at the end of a step: what a generator
# of NEST that is on from the start reaches over its delay of a step. TensorFlow's acts from step 0.
DRIVE_STEP = 2


def arguments(doc):
    """The command line that all peers share; a peer may add its own to it."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("circuit")
    parser.add_argument("run")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dt", type=float, default=1.0, help="ms")
    parser.add_argument("--drive", type=float, default=0.0, help="pA into every neuron")
    parser.add_argument("--spikes", help="npz file for the spikes")
    return parser


@dataclass
class Edges:
    """Synapses from one population of sources: one entry per synapse."""
    source: np.ndarray    # position in the source population
    target: np.ndarray    # position among the neurons
    weight: np.ndarray    # pA
    delay_ms: np.ndarray
    receptor: np.ndarray  # from 0


@dataclass
class Circuit:
    types: list           # cell parameters, one dict per node type
    type_of: np.ndarray   # per neuron: index into types
    recurrent: Edges
    inputs: dict          # population -> Edges
    source_ids: dict = field(default_factory=dict)  # population -> node ids of its sources

    @property
    def size(self):
        return len(self.type_of)


def _resolve(config, folder):
    names = {"${configdir}": folder, "$configdir": folder}
    names.update(config.get("manifest", {}))

    def text(value):
        while value.startswith("$"):
            key = max((k for k in names if value.startswith(k)), key=len)
            value = names[key] + value[len(key):]
        return os.path.normpath(os.path.join(folder, value))
    return text


def _table(path):
    with open(path, newline="") as lines:
        return list(csv.DictReader(lines, delimiter=" "))


def _delay_and_receptor(row, synapses_dir):
    with open(os.path.join(synapses_dir, row["dynamics_params"])) as text:
        parameters = json.load(text)
    return float(row["delay"]), int(parameters.get("receptor_type", 1)) - 1


def _read_edges(path, types_path, synapses_dir, position_of):
    rows = {int(r["edge_type_id"]): _delay_and_receptor(r, synapses_dir)
            for r in _table(types_path)}
    with h5py.File(path) as file:
        (name, group), = file["edges"].items()
        source_population = group["source_node_id"].attrs["node_population"]
        if isinstance(source_population, bytes):
            source_population = source_population.decode()
        ids = group["source_node_id"][:]
        target = group["target_node_id"][:].astype(np.int64)
        kind = group["edge_type_id"][:]
        weight = group["0/syn_weight"][:].astype(np.float64)
    largest = max(rows) + 1
    delay, receptor = np.zeros(largest), np.zeros(largest, dtype=np.int64)
    for number, (d, r) in rows.items():
        delay[number], receptor[number] = d, r
    source = position_of[source_population][ids]
    return source_population, Edges(source, target, weight, delay[kind], receptor[kind])


def load(folder):
    with open(os.path.join(folder, "circuit_config.json")) as text:
        config = json.load(text)
    path = _resolve(config, folder)
    cells_dir = path(config["components"]["point_neuron_models_dir"])
    synapses_dir = path(config["components"]["synaptic_models_dir"])
    position_of, source_ids, neurons = {}, {}, None
    for entry in config["networks"]["nodes"]:
        with h5py.File(path(entry["nodes_file"])) as file:
            (name, group), = file["nodes"].items()
            ids, type_id = group["node_id"][:], group["node_type_id"][:]
        position = np.full(int(ids.max()) + 1, -1, dtype=np.int64)
        position[ids] = np.arange(len(ids))
        position_of[name], source_ids[name] = position, ids
        rows = _table(path(entry["node_types_file"]))
        if rows[0]["model_type"] == "virtual":
            continue
        if neurons is not None:
            raise SystemExit(f"{folder}: the peers run circuits of one neuron population")
        neurons, types, index = name, [], {}
        for row in rows:
            index[int(row["node_type_id"])] = len(types)
            with open(os.path.join(cells_dir, row["dynamics_params"])) as text:
                types.append({**json.load(text), "ei": row.get("ei", "")})
        type_of = np.array([index[int(t)] for t in type_id])
    recurrent, inputs = None, {}
    for entry in config["networks"]["edges"]:
        population, edges = _read_edges(path(entry["edges_file"]), path(entry["edge_types_file"]),
                                        synapses_dir, position_of)
        if population == neurons:
            recurrent = edges
        else:
            inputs[population] = edges
    return Circuit(types, type_of, recurrent, inputs, source_ids)


def input_events(run_folder, circuit, dt_ms, trial=0):
    """What the input populations of a v1engine run did in a trial: population -> (step, source
    position, multiplicity) of every event, from the trial's file."""
    events = {}
    with h5py.File(os.path.join(run_folder, "trials", f"{trial:04d}.h5")) as file:
        for name in circuit.inputs:
            ids = circuit.source_ids[name]
            position = np.full(int(ids.max()) + 1, -1, dtype=np.int64)
            position[ids] = np.arange(len(ids))
            events[name] = _events_of(file, name, position, dt_ms)
    return events


def _events_of(file, name, position, dt_ms):
    spikes = file.get(f"spikes/{name}")
    if spikes is not None and "timestamps" in spikes:
        step = np.rint(spikes["timestamps"][:] / dt_ms).astype(np.int64) - 1
        source = position[spikes["node_ids"][:]]
        return step, source, np.ones(len(step), dtype=np.int64)
    found = []
    file.visititems(lambda path, item: found.append(path)
                    if isinstance(item, h5py.Dataset) and re.search(rf"\b{name}\b.*counts$", path)
                    else None)
    if not found:
        raise SystemExit(f"{file.filename}: no events of '{name}'; record spikes = \"all\"")
    counts = file[found[0]][:]
    step, source = np.nonzero(counts)
    return step, source, counts[step, source].astype(np.int64)


def neuron_spikes(run_folder, dt_ms, trial=0):
    """(step, neuron position) of every spike of the neurons, by step, then position. Positions
    are those of the exported circuit: ascending ids."""
    with h5py.File(os.path.join(run_folder, "nodes.h5")) as nodes:
        (name, group), = ((k, v) for k, v in nodes["nodes"].items() if "node_id" in v and
                          k not in ("lgn", "bkg"))
        ids = np.sort(group["node_id"][:])
    with h5py.File(os.path.join(run_folder, "trials", f"{trial:04d}.h5")) as file:
        spikes = file[f"spikes/{name}"]
        step = np.rint(spikes["timestamps"][:] / dt_ms).astype(np.int64) - 1
        neuron = np.searchsorted(ids, spikes["node_ids"][:])
    order = np.lexsort((neuron, step))
    return step[order], neuron[order]


def propagators(cell, dt_ms):
    """Constants of one GLIF3 type for a step: see docs of NEST's glif_psc."""
    tau_m, c_m = cell["C_m"] / cell["g"], cell["C_m"]
    tau = np.array(cell["tau_syn"], dtype=np.float64)
    p11 = np.exp(-dt_ms / tau)
    beta = tau * tau_m / (tau_m - tau)
    gamma = beta / c_m
    rest = np.expm1(dt_ms * (tau_m - tau) / (tau * tau_m))
    decay = np.array(cell["asc_decay"])
    return {
        "p33": np.exp(-dt_ms / tau_m), "p30": -np.expm1(-dt_ms / tau_m) * tau_m / c_m,
        "p11": p11, "p21": dt_ms * p11, "increment": np.e / tau,
        "p32": gamma * p11 * rest, "p31": gamma * p11 * (beta * rest - dt_ms),
        "asc_decay": np.exp(-decay * dt_ms),
        "asc_mean": -np.expm1(-decay * dt_ms) / (decay * dt_ms),
        "asc_carry": np.array(cell.get("asc_r", [1, 1])) * np.exp(-decay * cell["t_ref"]),
        "asc_amps": np.array(cell["asc_amps"]),
        "theta": cell["V_th"] - cell["E_L"], "reset": cell["V_reset"] - cell["E_L"],
        "refractory": int(np.ceil(np.floor(1000 * cell["t_ref"] + 0.5) / (1000 * dt_ms))),
    }


def exact_delay_steps(delay_ms, dt_ms):
    """Rounded half up, as NEST does."""
    return np.floor(delay_ms / dt_ms + 0.5).astype(np.int64)
