"""The circuit in Brian2: GLIF3 by the exact propagators of each type, written as an update per
step (the arithmetic of the others, so that times can be compared). C++ standalone with OpenMP,
or --target cython / numpy.

  python brian2_peer.py CIRCUIT RUN [--steps N] [--threads T] [--drive pA] [--spikes OUT.npz]
"""
import json
import tempfile
import time

import brian2 as b2
import numpy as np

import circuit as sonata

PARAMETERS = ("p33", "p30", "k0", "k1", "s0", "s1", "q0", "q1", "a0", "a1", "theta", "reset_u",
              "held_steps")


def equations(receptors):
    lines = ["u : 1", "asc0 : 1", "asc1 : 1", "held : integer", "fired : boolean"]
    lines += [f"{name} : 1 (constant)" for name in PARAMETERS]
    for r in range(receptors):
        lines += [f"{name}_{r} : 1" for name in ("y1", "y2", "in")]
        lines += [f"{name}_{r} : 1 (constant)" for name in ("p11", "p21", "p31", "p32", "inc")]
    return "\n".join(lines + ["drive : 1 (constant, shared)"])


def update(receptors):
    psp = " + ".join(f"p31_{r} * y1_{r} + p32_{r} * y2_{r}" for r in range(receptors))
    drive = f"drive * int(t_in_timesteps >= {sonata.DRIVE_STEP})"
    lines = [
        f"next_u = p33 * u + p30 * ({drive} + s0 * asc0 + s1 * asc1) + {psp}",
        "free = int(held == 0)",
        "above = free * int(next_u > theta)",
        "asc0 = free * (k0 * asc0 * (1 - above) + above * (a0 + q0 * k0 * asc0)) + (1 - free) * asc0",
        "asc1 = free * (k1 * asc1 * (1 - above) + above * (a1 + q1 * k1 * asc1)) + (1 - free) * asc1",
        "u = free * (next_u * (1 - above) + above * reset_u) + (1 - free) * u",
        "held = int(free * above * held_steps + (1 - free) * (held - 1))",
        "fired = above > 0",
    ]
    for r in range(receptors):
        lines += [f"y2_{r} = p11_{r} * y2_{r} + p21_{r} * y1_{r}",
                  f"y1_{r} = p11_{r} * y1_{r} + inc_{r} * in_{r}", f"in_{r} = 0"]
    return "\n".join(lines)


def constants(circuit, dt_ms):
    types = [sonata.propagators(cell, dt_ms) for cell in circuit.types]
    scalar = {"p33": "p33", "p30": "p30", "theta": "theta", "reset_u": "reset",
              "held_steps": "refractory"}
    pairs = {"k": "asc_decay", "s": "asc_mean", "q": "asc_carry", "a": "asc_amps"}
    values = {name: np.array([t[key] for t in types], dtype=float)[circuit.type_of]
              for name, key in scalar.items()}
    for name, key in pairs.items():
        for j in range(2):
            values[f"{name}{j}"] = np.array([t[key][j] for t in types])[circuit.type_of]
    receptors = max(len(t["p11"]) for t in types)
    for name, key in (("p11", "p11"), ("p21", "p21"), ("p31", "p31"), ("p32", "p32"),
                      ("inc", "increment")):
        for r in range(receptors):
            values[f"{name}_{r}"] = np.array([t[key][r] for t in types])[circuit.type_of]
    return values, receptors


def synapses(source, target, edges, dt_ms, made):
    """One group per receptor. Brian2 queues the spikes of a step at the beginning of the next, so
    its delays are one step shorter than ours."""
    for r in np.unique(edges.receptor):
        mine = edges.receptor == r
        group = b2.Synapses(source, target, "w : 1 (constant)", on_pre=f"in_{r}_post += w")
        group.connect(i=edges.source[mine], j=edges.target[mine])
        group.w = edges.weight[mine]
        steps = sonata.exact_delay_steps(edges.delay_ms[mine], dt_ms)
        group.delay = (steps - 1) * dt_ms * b2.ms
        made.append(group)


def main():
    parser = sonata.arguments(__doc__)
    parser.add_argument("--target", default="cpp_standalone")
    args = parser.parse_args()

    standalone = args.target == "cpp_standalone"
    folder = tempfile.TemporaryDirectory()
    if standalone:
        b2.set_device("cpp_standalone", directory=folder.name, build_on_run=False)
        b2.prefs.devices.cpp_standalone.openmp_threads = args.threads
    else:
        b2.prefs.codegen.target = args.target
    b2.defaultclock.dt = args.dt * b2.ms
    circuit = sonata.load(args.circuit)
    events = sonata.input_events(args.run, circuit, args.dt)

    begin = time.perf_counter()
    values, receptors = constants(circuit, args.dt)
    neurons = b2.NeuronGroup(circuit.size, equations(receptors), threshold="fired", reset="")
    for name, value in values.items():
        setattr(neurons, name, value)
    neurons.drive = args.drive
    # Synapses act first, then the update, then the threshold sends spikes.
    operations = neurons.run_regularly(update(receptors), when="groups")
    made = [neurons, operations]
    synapses(neurons, neurons, circuit.recurrent, args.dt, made)
    for name, edges in circuit.inputs.items():
        step, source, multiplicity = events[name]
        # A generator fires once per step: one generator for each event of a step.
        for k in range(multiplicity.max(initial=1)):
            part = np.flatnonzero(multiplicity > k)
            generator = b2.SpikeGeneratorGroup(len(circuit.source_ids[name]), source[part],
                                               step[part] * args.dt * b2.ms, sorted=False)
            made.append(generator)
            synapses(generator, neurons, edges, args.dt, made)
    monitor = b2.SpikeMonitor(neurons)
    made.append(monitor)
    network = b2.Network(*made)
    network.schedule = ["start", "synapses", "groups", "thresholds", "resets", "end"]
    network.run(args.steps * args.dt * b2.ms)
    if standalone:
        b2.device.build(directory=folder.name, compile=True, run=False, debug=False)
        built = time.perf_counter()
        b2.device.run(folder.name, with_output=False, run_args=[])
        simulate_s = b2.device._last_run_time
    else:
        built = time.perf_counter()
        simulate_s = built - begin  # with the preparation of the code
    step = np.rint(np.asarray(monitor.t / b2.ms) / args.dt).astype(np.int64)
    neuron = np.asarray(monitor.i).astype(np.int64)
    order = np.lexsort((neuron, step))
    if args.spikes:
        np.savez(args.spikes, step=step[order], neuron=neuron[order])
    print(json.dumps({
        "peer": f"Brian2 {b2.__version__}, {args.target}", "threads": args.threads,
        "build_s": built - begin, "simulate_s": simulate_s,
        "rtf": simulate_s / (args.steps * args.dt * 1e-3),
        "mean_rate_hz": len(step) / circuit.size / (args.steps * args.dt * 1e-3)}))


if __name__ == "__main__":
    main()
