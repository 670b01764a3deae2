#!/usr/bin/env python3
"""A circuit written by `v1engine build --sonata` as libsonata and bmtk see it, edge by edge.

circuit_peers_test.py V1ENGINE_BINARY. Skipped (77) where libsonata, bmtk, h5py or numpy is missing.
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
from bmtk.simulator.core.simulation_config import SimulationConfig  # noqa: E402
from bmtk.utils import sonata as bmtk_sonata  # noqa: E402

NEURONS = 300


def v1engine(folder, *arguments):
    done = subprocess.run([sys.argv[1], *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"FAILED: v1engine {' '.join(arguments)}\n{done.stderr}")


class Block:
    """The synapses of a block as our own network file states them."""

    def __init__(self, file, number):
        group = file[f"blocks/{number:03d}"]
        bits = int(group["address"].attrs["target_bits"])
        words = group["address"][:]
        kind = words >> bits
        self.target = words & ((1 << bits) - 1)
        self.source = np.repeat(group["source_id"][:], np.diff(group["row_ptr"][:]))
        self.row = np.repeat(np.arange(len(group["source_id"])), np.diff(group["row_ptr"][:]))
        self.weight = group["weight"][:]
        self.delay = file["synapse_kinds/delay"][:][kind]
        self.receptor = file["synapse_kinds/receptor"][:][kind] + 1


def sorted_rows(*columns):
    rows = np.rec.fromarrays(columns)
    return np.sort(rows, order=list(rows.dtype.names))


def check_configs(folder):
    circuit = folder / "circuit"
    config = str(circuit / "simulation_config.json")
    theirs = libsonata.SimulationConfig.from_file(config)
    check((theirs.run.tstop, theirs.run.dt) == (400.0, 0.5), "libsonata: duration and step")
    check(pathlib.Path(theirs.network) == circuit / "circuit_config.json", "libsonata: circuit")
    bmtk_config = SimulationConfig.load(config)
    check((bmtk_config.tstop, bmtk_config.dt) == (400.0, 0.5), "bmtk: duration and step")
    check(len(bmtk_config.nodes) == 3 and len(bmtk_config.edges) == 3, "bmtk: files of the circuit")


def check_libsonata(folder, file):
    config = libsonata.CircuitConfig.from_file(str(folder / "circuit" / "circuit_config.json"))
    check(config.node_populations == {"v1", "lgn", "bkg"}, "libsonata: populations of nodes")
    check(config.edge_populations == {"v1_to_v1", "lgn_to_v1", "bkg_to_v1"},
          "libsonata: populations of edges")
    nodes = config.node_population("v1")
    check(nodes.size == NEURONS, f"libsonata: {NEURONS} neurons")
    everyone = nodes.select_all()
    check(np.array_equal(nodes.get_attribute("x", everyone), file["nodes/v1/0/x"][:]),
          "libsonata: positions")
    check(np.array_equal(nodes.get_attribute("full_network_id", everyone), file["nodes/v1/node_id"][:]),
          "libsonata: ids in the full network")
    for number, name in ((0, "v1_to_v1"), (1, "lgn_to_v1"), (2, "bkg_to_v1")):
        block = Block(file, number)
        edges = config.edge_population(name)
        all_edges = edges.select_all()
        theirs = sorted_rows(edges.source_nodes(all_edges), edges.target_nodes(all_edges),
                             edges.get_attribute("syn_weight", all_edges))
        ours = sorted_rows(block.row.astype(np.uint64), block.target.astype(np.uint64), block.weight)
        check(all(np.array_equal(theirs[a], ours[b]) for a, b in zip(theirs.dtype.names, ours.dtype.names)),
              f"libsonata: {edges.size} edges of {name} with their weights")
        for node in (0, 7, NEURONS - 1):
            found = edges.source_nodes(edges.afferent_edges([node]))
            check(sorted(found) == sorted(block.row[block.target == node]),
                  f"libsonata: sources of neuron {node} in {name}, by index")
        source = int(block.row[len(block.row) // 2])
        found = edges.target_nodes(edges.efferent_edges([source]))
        check(sorted(found) == sorted(block.target[block.row == source]),
              f"libsonata: targets of source {source} in {name}, by index")


def check_bmtk(folder, file):
    network = folder / "circuit" / "network"
    for number, name in ((0, "v1_v1"), (1, "lgn_v1"), (2, "bkg_v1")):
        block = Block(file, number)
        data = bmtk_sonata.File(data_files=[str(network / f"{name}_edges.h5")],
                                data_type_files=[str(network / f"{name}_edge_types.csv")])
        population = data.edges[name.replace("_", "_to_")]
        for node in (3, NEURONS - 2):
            edges = list(population.get_target(node))
            theirs = sorted((e.source_node_id, round(float(e["delay"]), 9), float(e["syn_weight"]),
                             e["dynamics_params"]) for e in edges)
            here = block.target == node
            ours = sorted((int(s), round(float(d), 9), float(w), f"receptor_{r}.json") for s, d, w, r in
                          zip(block.row[here], block.delay[here], block.weight[here],
                              block.receptor[here]))
            check(theirs == ours, f"bmtk: {len(ours)} edges of {name} onto neuron {node} with "
                                  "weight, delay and receptor")
    nodes = bmtk_sonata.File(data_files=[str(network / "v1_nodes.h5")],
                             data_type_files=[str(network / "v1_node_types.csv")]).nodes["v1"]
    node = nodes.get_node_id(11)
    check(node["model_template"] == "nest:glif_psc", "bmtk: model of a neuron")
    check(node["x"] == file["nodes/v1/0/x"][11], "bmtk: position of a neuron")


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name)
    (work / "a.toml").write_text(f"seed = 3\n[network]\nneurons = {NEURONS}\n"
                                 "[simulation]\nduration = 400.0\ndt = 0.5\n")
    v1engine(work, "build", "a.toml", "--sonata", "circuit", "-q")
    v1engine(work, "build", "a.toml", "-o", "network.h5", "-q")
    check_configs(work)
    with h5py.File(work / "network.h5") as network_file:
        check_libsonata(work, network_file)
        check_bmtk(work, network_file)
