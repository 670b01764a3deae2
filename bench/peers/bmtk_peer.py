"""The exported circuit through bmtk's PointNet (which runs NEST), with the same input spikes.

  python bmtk_peer.py CIRCUIT RUN [--steps N] [--threads T] [--spikes OUT.npz]
"""
import json
import os
import tempfile
import time

import h5py
import numpy as np

import circuit as sonata


def write_spikes(path, name, ids, events, dt_ms):
    step, source, multiplicity = events
    step, source = np.repeat(step, multiplicity), np.repeat(source, multiplicity)
    with h5py.File(path, "w") as file:
        group = file.create_group(f"spikes/{name}")
        group["timestamps"] = (step + 1) * dt_ms
        group["node_ids"] = np.asarray(ids)[source].astype(np.uint64)
        group["timestamps"].attrs["units"] = "ms"


def simulation_config(folder, circuit_folder, inputs, args):
    with open(os.path.join(circuit_folder, "circuit_config.json")) as text:
        config = json.load(text)
    config["manifest"]["$BASE_DIR"] = os.path.abspath(circuit_folder)
    config["run"] = {"tstop": args.steps * args.dt, "dt": args.dt, "n_thread": args.threads}
    config["target_simulator"] = "NEST"
    config["inputs"] = {name: {"input_type": "spikes", "module": "sonata", "input_file": path,
                               "node_set": name} for name, path in inputs.items()}
    config["output"] = {"output_dir": os.path.join(folder, "output"), "log_file": "log.txt",
                        "spikes_file": "spikes.h5", "spikes_sort_order": "by_time",
                        "overwrite_output_dir": True}
    path = os.path.join(folder, "simulation_config.json")
    with open(path, "w") as text:
        json.dump(config, text)
    return path


def main():
    args = sonata.arguments(__doc__).parse_args()
    if args.drive:
        raise SystemExit("bmtk_peer runs the natural rate only: use --drive 0")

    import bmtk
    import nest
    from bmtk.simulator import pointnet

    circuit = sonata.load(args.circuit)
    events = sonata.input_events(args.run, circuit, args.dt)
    with tempfile.TemporaryDirectory() as folder:
        inputs = {}
        for name in circuit.inputs:
            inputs[name] = os.path.join(folder, name + "_spikes.h5")
            write_spikes(inputs[name], name, circuit.source_ids[name], events[name], args.dt)
        begin = time.perf_counter()
        configure = pointnet.Config.from_json(
            simulation_config(folder, args.circuit, inputs, args))
        configure.build_env()
        network = pointnet.PointNetwork.from_config(configure)
        simulator = pointnet.PointSimulator.from_config(configure, network)
        built = time.perf_counter()
        simulator.run()
        done = time.perf_counter()
        with h5py.File(os.path.join(folder, "output", "spikes.h5")) as file:
            (_, group), = file["spikes"].items()
            step = np.rint(group["timestamps"][:] / args.dt).astype(np.int64) - 1
            neuron = group["node_ids"][:].astype(np.int64)
    order = np.lexsort((neuron, step))
    if args.spikes:
        np.savez(args.spikes, step=step[order], neuron=neuron[order])
    print(json.dumps({
        "peer": f"bmtk {bmtk.__version__}, NEST {nest.__version__}", "threads": args.threads,
        "build_s": built - begin, "simulate_s": done - built,
        "rtf": (done - built) / (args.steps * args.dt * 1e-3),
        "mean_rate_hz": len(step) / circuit.size / (args.steps * args.dt * 1e-3)}))


if __name__ == "__main__":
    main()
