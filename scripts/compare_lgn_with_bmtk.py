#!/usr/bin/env python3
"""Compares LGN rates with those of bmtk's filternet on three movies (docs/lgn.md).

    python3 -m venv venv && venv/bin/pip install bmtk h5py "numpy<2"
    venv/bin/python scripts/compare_lgn_with_bmtk.py path/to/v1engine [--units 3]

The engine shows each movie through its stimulus `movie`, with lgn.sigma = "bmtk"; the rates come
from its cache, the units from the run folder. Twelve of the units are then made LGNOnOFFCells in a
SONATA circuit of the same network. Prints one line per movie and exits with 1 when any
unit differs by more than 1e-3 of the peak rate.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from bmtk.simulator.filternet.default_setters.cell_loaders import default_cell_loader
from bmtk.simulator.filternet.lgnmodel.movie import Movie

ROWS, COLS, FRAMES = 120, 240, 900
CONFIG = """
name = "movie"
[network]
neurons = 20
[simulation]
duration = {frames}.0
trials = 1
[lgn]
sigma = "bmtk"
[stimulus]
plugin = "movie"
params = {{ file = "{movie}", range = [-1.0, 1.0] }}
"""


def drifting_texture(rng):
    """1/f noise that drifts obliquely and changes speed."""
    size = 512
    fy, fx = np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size), indexing="ij")
    amplitude = 1.0 / np.maximum(np.hypot(fy, fx), 1.0 / size)
    phase = rng.uniform(0, 2 * np.pi, (size, size))
    texture = np.real(np.fft.ifft2(amplitude * np.exp(1j * phase)))
    texture = np.clip(texture / (2.5 * texture.std()), -1, 1)
    out = np.empty((FRAMES, ROWS, COLS), np.float32)
    place = 0.0
    for t in range(FRAMES):
        place += 0.05 if t < 450 else 0.25
        out[t] = np.roll(texture, (int(place * 0.6), int(place)), (0, 1))[:ROWS, :COLS]
    return out


def flickering_checks(rng):
    """A new pattern of 8-degree checks every 25 ms."""
    patterns = rng.choice([-0.9, 0.9], (FRAMES // 25, ROWS // 8, COLS // 8))
    frames = np.repeat(patterns, 25, axis=0)
    return np.kron(frames, np.ones((1, 8, 8))).astype(np.float32)


def bars_and_disk(rng):
    """A bright bar that crosses a field with a dark looming disk; contrast ramps up."""
    del rng
    y, x = np.mgrid[0:ROWS, 0:COLS]
    out = np.zeros((FRAMES, ROWS, COLS), np.float32)
    for t in range(FRAMES):
        contrast = min(1.0, t / 600)
        out[t][np.hypot(y - 60, x - 120) < 0.06 * t] = -contrast
        out[t][np.abs(x - 0.4 * t + 20) < 6] = contrast
    return out


class Node(dict):
    """What bmtk's cell loader asks of a node."""
    jitter = (1.0, 1.0)
    predefined_jitter = False
    non_dom_params = None

    def __getattr__(self, name):
        return self.get(name)


def node_of(mosaic, unit):
    node = Node(x=mosaic["x"][unit], y=mosaic["y"][unit],
                spatial_size=mosaic["spatial_size"][unit],
                tuning_angle=mosaic["tuning_angle"][unit], sf_sep=mosaic["sf_sep"][unit],
                spont_fr=mosaic["spontaneous"][unit])
    for suffix, side in (("", "dominant"), ("_non_dom", "non_dominant")):
        node["kpeaks" + suffix] = list(mosaic[side + "/kpeak"][unit])
        node["weights" + suffix] = list(mosaic[side + "/weight"][unit])
        node["delays" + suffix] = list(mosaic[side + "/delay"][unit])
    if "sigma_on" in mosaic:
        node["sigma_on"] = tuple(mosaic["sigma_on"][unit])
        node["sigma_off"] = tuple(mosaic["sigma_off"][unit])
    node["pop_name"] = mosaic["class_names"][mosaic["class"][unit]]
    return node


def read_mosaic(run):
    mosaic = {}
    with h5py.File(run / "nodes.h5") as file:
        file["/lgn_mosaic"].visititems(
            lambda name, item: mosaic.update({name: item[()]}) if hasattr(item, "shape") else None)
    mosaic["class_names"] = [name.decode() for name in mosaic["class_names"]]
    return mosaic


def engine_rates(binary, folder, config, name):
    """Rates [frame][unit] and the units, from a run of the engine."""
    (folder / f"{name}.toml").write_text(config)
    cache = folder / f"cache-{name}"
    subprocess.run([binary, "run", f"{name}.toml", "-o", name, "--cache-dir", cache, "--quiet"],
                   cwd=folder, check=True, stdout=subprocess.DEVNULL)
    cached = next(cache.glob("lgn-*.rates"))
    frames, units = np.fromfile(cached, "<i8", 2, offset=24)
    rates = np.fromfile(cached, "<f4", offset=48).reshape(frames, units)
    return rates, read_mosaic(folder / name)


def make_on_off_circuit(binary, folder, units, rng):
    """The network as a SONATA circuit whose LGN units `units` are LGNOnOFFCells."""
    subprocess.run([binary, "build", "classes.toml", "--sonata", "circuit", "--quiet"], cwd=folder,
                   check=True, stdout=subprocess.DEVNULL)
    network = folder / "circuit" / "network"
    with h5py.File(network / "lgn_nodes.h5", "r+") as file:
        types = file["/nodes/lgn/node_type_id"]
        values = types[()]
        values[units] = 999
        types[...] = values
        for name in ("sigma_on", "sigma_off"):
            sigmas = rng.uniform(0.7, 5.0, (len(values), 2))
            file.create_dataset(f"/nodes/lgn/0/{name}", data=sigmas)
    with open(network / "lgn_node_types.csv", "a", encoding="ascii") as table:
        table.write("999 LGNOnOFFCell virtual lgnmodel:LGNOnOFFCell\n")
    return next((folder / "circuit").glob("circuit*.json")).relative_to(folder)


def compare(rates, mosaic, units, movie):
    """Largest difference and peak rate [Hz] of some units."""
    largest, peak = 0.0, 0.0
    for unit in units:
        node = node_of(mosaic, unit)
        cell = default_cell_loader(node, ("lgnmodel", node["pop_name"]), {})
        _, expected = cell.evaluate(movie, downsample=1, separable=True)
        expected = np.asarray(expected, float)[:FRAMES]
        largest = max(largest, np.abs(rates[:, unit] - expected).max())
        peak = max(peak, expected.max())
    return largest, peak


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("--units", type=int, default=3, help="of each of the 14 classes")
    arguments = parser.parse_args()
    worst = 0.0
    for make in (drifting_texture, flickering_checks, bars_and_disk):
        rng = np.random.default_rng(20201124)
        movie = make(rng)
        config = CONFIG.format(frames=FRAMES, movie="movie.npy")
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            np.save(folder / "movie.npy", movie)
            binary = arguments.binary.resolve()
            rates, mosaic = engine_rates(binary, folder, config, "classes")
            on_off = np.sort(rng.choice(len(mosaic["id"]), 12, replace=False))
            circuit = make_on_off_circuit(binary, folder, on_off, rng)
            config = config.replace("neurons = 20", f'source = "sonata"\ncircuit = "{circuit}"')
            config = config.replace("[lgn]\n", '[lgn]\nmosaic = "sonata"\n')
            on_off_rates, on_off_mosaic = engine_rates(binary, folder, config, "on_off")
        units = [unit for k in range(len(mosaic["class_names"]))
                 for members in [np.flatnonzero(mosaic["class"] == k)]
                 for unit in rng.choice(members, min(arguments.units, members.size), replace=False)]
        bmtk_movie = Movie(movie.astype(float), frame_rate=1000.0)
        for what, found, table, chosen in (("", rates, mosaic, units),
                                           (" LGNOnOFFCell", on_off_rates, on_off_mosaic, on_off)):
            largest, peak = compare(found, table, chosen, bmtk_movie)
            worst = max(worst, largest / peak)
            print(f"{make.__name__}: {len(chosen)}{what} units, {FRAMES} ms, peak rate {peak:.2f} Hz, "
                  f"largest difference {largest:.2e} Hz = {largest / peak:.1e} of the peak")
    return 0 if worst <= 1e-3 else 1


if __name__ == "__main__":
    sys.exit(main())
