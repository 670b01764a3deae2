#!/usr/bin/env python3
"""Converts the pickled Billeh et al. 2020 point network into a v1engine network file.

The TensorFlow models of the column (github.com/JavierGalvan9/Billeh_model_opposing_responses and
its relatives) read network_dat.pkl and input_dat.pkl beside v1_nodes.h5 and v1_node_types.csv.
This writes the same neurons, synapses and inputs into one HDF5 file (docs/network_files.md):

    scripts/convert_reference_network.py GLIF_network -o network.h5
    scripts/convert_reference_network.py GLIF_network -o core.h5 --neurons 51978

and a config then says [network] source = "file", file = "network.h5". Neurons keep their ids;
--neurons N keeps the N that are nearest to the axis, as the models' own selection does. Weights are
taken as they are: synapse counts and tuning rules are multiplied in already. Synapses weaker than
--drop-below (default 1e-3 pA, as network.drop_below of generated networks; never the background's)
are counted, but left out; 0 keeps all. Delays and receptors become the kinds of synapses. Needs
numpy and h5py; a pickle can run code, so convert only files whose origin you trust.
"""
import argparse
import csv
import pathlib
import pickle
import sys

import h5py
import numpy as np

FORMAT_VERSION = 1
GLIF_PSC = 1
NEURONS, COUNTS, EVENTS = 1, 3, 4  # what drives a block
RECURRENT, BOTTOM_UP, BACKGROUND = 0, 1, 2  # which current it belongs to
BACKGROUND_HZ = 1000.0  # the one shared unit of the released model
DROP_BELOW_PA = 1e-3  # by default, as network.drop_below; many weights are around 1e-30


def fail(message):
    sys.exit(f"error: {message}")


def load_pickle(path):
    if not path.exists():
        fail(f"{path}: no such file")
    with open(path, "rb") as file:
        try:
            return pickle.load(file, encoding="latin1")
        except Exception as problem:  # whatever a damaged pickle raises
            fail(f"{path}: is not a readable pickle ({problem})")


class Neurons:
    """Columns over the neurons that are kept, in ascending order of their ids."""

    def __init__(self, folder, nodes, keep):
        path = folder / "network" / "v1_nodes.h5"
        if not path.exists():
            fail(f"{path}: no such file")
        with h5py.File(path, "r") as file:
            group = file["nodes/v1"]
            node_id = group["node_id"][:].astype(np.int64)
            type_id = group["node_type_id"][:].astype(np.int64)
            columns = {name: group["0"][name][:] for name in ("x", "y", "z", "tuning_angle")}
        order = np.argsort(node_id, kind="stable")
        if not np.array_equal(node_id[order], np.arange(len(order))):
            fail(f"{path}: node_id must be 0 .. {len(order) - 1}")
        columns = {name: values[order] for name, values in columns.items()}
        self.full_size = len(order)
        radius = np.hypot(columns["x"], columns["z"])
        ids = np.argsort(radius, kind="stable")[:keep] if keep else order
        self.id = np.sort(ids).astype(np.uint32)
        self.position = np.full(self.full_size, -1, np.int64)  # of each id, -1: not kept
        self.position[self.id] = np.arange(len(self.id))
        self.columns = {name: values[self.id] for name, values in columns.items()}
        type_of_id = np.full(self.full_size, -1, np.int64)
        for index, node in enumerate(nodes):
            type_of_id[np.asarray(node["ids"]).astype(np.int64)] = index
        if (type_of_id < 0).any():
            fail(f"network_dat.pkl: neuron {np.argmin(type_of_id)} belongs to no node type")
        self.type = type_of_id[self.id]
        self.node_type_id = [int(type_id[order][int(np.asarray(n["ids"])[0])]) for n in nodes]


def population_names(folder, node_type_ids):
    path = folder / "network" / "v1_node_types.csv"
    with open(path, newline="") as file:
        rows = {int(row["node_type_id"]): row for row in csv.DictReader(file, delimiter=" ")}
    missing = [i for i in node_type_ids if i not in rows]
    if missing:
        fail(f"{path}: no row for node_type_id {missing[0]}")
    return [rows[i]["pop_name"] for i in node_type_ids]


def layer_of(pop_name):
    digits = "".join(c for c in pop_name[1:3] if c.isdigit())
    return "L2/3" if digits.startswith("23") else "L" + digits[:1]


class Kinds:
    """Pairs of delay and receptor, numbered as they occur."""

    def __init__(self):
        self.pairs = {}

    def index(self, delay_ms, receptor):
        return self.pairs.setdefault((float(delay_ms), int(receptor)), len(self.pairs))


class Block:
    """Synapses as rows of sources, ascending target in a row."""

    def __init__(self, edges, row_of_source, source_id, neurons, kinds, drop_below_pa):
        sources, targets, weights, kind = [], [], [], []
        self.dropped = 0
        for edge in edges:
            params = edge["params"]
            source = row_of_source[np.asarray(edge["source"]).astype(np.int64)]
            target = neurons.position[np.asarray(edge["target"]).astype(np.int64)]
            weight = np.broadcast_to(np.asarray(params["weight"], np.float32), target.shape)
            inside = (source >= 0) & (target >= 0)
            kept = inside & (np.abs(weight) >= drop_below_pa)
            self.dropped += int(inside.sum() - kept.sum())
            sources.append(source[kept].astype(np.uint32))
            targets.append(target[kept].astype(np.uint32))
            weights.append(weight[kept])
            number = kinds.index(params["delay"], int(params["receptor_type"]) - 1)
            kind.append(np.full(int(kept.sum()), number, np.uint32))
        self.source_id = np.asarray(source_id, np.uint32)
        source = np.concatenate(sources) if sources else np.zeros(0, np.uint32)
        target = np.concatenate(targets) if targets else np.zeros(0, np.uint32)
        order = np.lexsort((target, source))
        counts = np.bincount(source, minlength=len(self.source_id))
        self.row_ptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.weight = (np.concatenate(weights) if weights else np.zeros(0, np.float32))[order]
        self.target_bits = max(1, int(len(neurons.id) - 1).bit_length())
        kind = np.concatenate(kind) if kind else np.zeros(0, np.uint32)
        self.address = (kind[order] << np.uint32(self.target_bits)) | target[order]


def input_block(population, neurons, kinds, drop_below_pa):
    ids = np.unique(np.asarray(population[0]["ids"]).astype(np.int64))
    row = np.full(int(ids.max()) + 1, -1, np.int64)
    row[ids] = np.arange(len(ids))
    return Block(population[1], row, ids, neurons, kinds, drop_below_pa)


def write_types(file, nodes, node_type_ids, names):
    params = [node["params"] for node in nodes]
    text = h5py.string_dtype()
    group = file.create_group("types")
    group["node_type_id"] = np.asarray(node_type_ids, np.int64)
    group["model"] = np.full(len(nodes), GLIF_PSC, np.uint8)
    group.create_dataset("pop_name", data=names, dtype=text)
    group.create_dataset("ei", data=[name[0] for name in names], dtype=text)
    group.create_dataset("location", data=[layer_of(name) for name in names], dtype=text)
    scalars = {"c_m": "C_m", "g": "g", "e_l": "E_L", "v_th": "V_th", "v_reset": "V_reset",
               "v_init": "V_reset", "t_ref": "t_ref"}
    for ours, theirs in scalars.items():
        group[ours] = np.array([float(np.asarray(p[theirs])) for p in params])
    group["i_e"] = np.zeros(len(nodes))
    for j in range(2):
        group[f"asc_decay_{j}"] = np.array([float(p["k"][j]) for p in params])
        group[f"asc_amplitude_{j}"] = np.array([float(p["asc_amps"][j]) for p in params])
        group[f"asc_carry_{j}"] = np.ones(len(nodes))
    group["tau_syn"] = np.concatenate([np.asarray(p["tau_syn"], float) for p in params])
    group["tau_syn_count"] = np.array([len(p["tau_syn"]) for p in params], np.uint32)
    for name in ("tau_syn_slow", "amp_slow"):
        group[name] = np.zeros(0)
        group[name + "_count"] = np.zeros(len(nodes), np.uint32)


def write_neurons(file, neurons, node_type_ids):
    group = file.create_group("nodes")
    group.attrs["has_positions"] = np.int64(1)
    v1 = group.create_group("v1")
    v1.attrs["name"] = "v1"
    v1.attrs["first_position"] = np.int64(0)
    v1["node_id"] = neurons.id
    v1["type_index"] = neurons.type.astype(np.uint16)
    v1["node_type_id"] = np.asarray(node_type_ids, np.int64)[neurons.type]
    v1["node_group_id"] = np.zeros(len(neurons.id), np.uint8)
    v1["node_group_index"] = np.arange(len(neurons.id), dtype=np.uint32)
    for name, values in neurons.columns.items():
        v1[f"0/{name}"] = values.astype(np.float32)
    file.create_dataset("population_order", data=["v1"], dtype=h5py.string_dtype())


def write_block(file, number, name, source_kind, current_class, block):
    group = file.create_group(f"blocks/{number:03d}")
    group.attrs["name"] = group.attrs["spike_group"] = name
    group.attrs["source_kind"] = np.int64(source_kind)
    group.attrs["current_class"] = np.int64(current_class)
    group.attrs["edge_count"] = np.int64(len(block.weight))
    group.attrs["dropped"] = np.int64(block.dropped)
    group["source_id"] = block.source_id
    group["row_ptr"] = block.row_ptr
    group["address"] = block.address
    group["address"].attrs["target_bits"] = np.int64(block.target_bits)
    group["weight"] = block.weight
    print(f"{name}: {len(block.weight)} synapses, {block.dropped} too weak and left out",
          file=sys.stderr)


def convert(folder, output, keep, drop_below_pa):
    network = load_pickle(folder / "network_dat.pkl")
    neurons = Neurons(folder, network["nodes"], keep)
    names = population_names(folder, neurons.node_type_id)
    kinds = Kinds()
    blocks = [("recurrent", NEURONS, RECURRENT,
               Block(network["edges"], neurons.position, neurons.id, neurons, kinds,
                     drop_below_pa))]
    inputs = load_pickle(folder / "input_dat.pkl")
    # Other kinds than the recurrent ones: the scheme billeh-tf ignores delays of inputs only.
    for name, source_kind, current_class, population in (
            ("lgn", EVENTS, BOTTOM_UP, inputs[0]), ("bkg", COUNTS, BACKGROUND, inputs[1])):
        own = Kinds()
        # Every neuron keeps its background, as in generated networks.
        least_pa = 0.0 if name == "bkg" else drop_below_pa
        block = input_block(population, neurons, own, least_pa)
        shift = len(kinds.pairs)
        block.address += np.uint32(shift << block.target_bits)
        for (delay_ms, receptor), index in own.pairs.items():
            kinds.pairs[(name, delay_ms, receptor)] = shift + index
        blocks.append((name, source_kind, current_class, block))
    part = output.with_name(output.name + ".part")
    with h5py.File(part, "w") as file:
        file.attrs["v1engine_content"] = "network"
        file.attrs["v1engine_format"] = np.int64(FORMAT_VERSION)
        file.attrs["network"] = "billeh2020 (converted)"
        file.attrs["model"] = ""
        file.attrs["network_seed"] = "0"
        file.attrs["full_size"] = np.int64(neurons.full_size)
        file.attrs["background"] = "model"
        file.attrs["background_rate_hz"] = BACKGROUND_HZ
        write_types(file, network["nodes"], neurons.node_type_id, names)
        write_neurons(file, neurons, neurons.node_type_id)
        pairs = sorted(kinds.pairs, key=kinds.pairs.get)
        file["synapse_kinds/delay"] = np.array([pair[-2] for pair in pairs])
        file["synapse_kinds/receptor"] = np.array([pair[-1] for pair in pairs], np.uint32)
        for number, (name, source_kind, current_class, block) in enumerate(blocks):
            write_block(file, number, name, source_kind, current_class, block)
    part.rename(output)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path, help="GLIF_network: the reference's data")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, help="network file")
    parser.add_argument("--neurons", type=int, default=0, help="keep the N nearest to the axis")
    parser.add_argument("--drop-below", type=float, default=DROP_BELOW_PA, metavar="PA",
                        help="leave out synapses weaker than this (default 1e-3 pA; 0 keeps all)")
    arguments = parser.parse_args()
    convert(arguments.folder, arguments.output, arguments.neurons, arguments.drop_below)
    print(arguments.output)


if __name__ == "__main__":
    main()
