"""The circuit in NEST: glif_psc, exact integration. Prints build and simulation seconds as JSON.

  python nest_peer.py CIRCUIT RUN [--steps N] [--threads T] [--drive pA] [--spikes OUT.npz]
"""
import json
import time

import nest
import numpy as np

import circuit as sonata

GLIF_KEYS = ("V_m", "V_reset", "V_th", "E_L", "g", "C_m", "t_ref", "spike_dependent_threshold",
             "after_spike_currents", "adapting_threshold", "asc_init", "asc_decay", "asc_amps",
             "asc_r", "tau_syn")


def create_neurons(circuit):
    neurons = nest.Create("glif_psc", circuit.size)
    ids = np.array(neurons.tolist())
    for t, cell in enumerate(circuit.types):
        members = ids[circuit.type_of == t]
        if len(members):
            nest.NodeCollection(members.tolist()).set({k: cell[k] for k in GLIF_KEYS if k in cell})
    return neurons, ids


def connect(source_ids, target_ids, edges, dt_ms):
    delay = sonata.exact_delay_steps(edges.delay_ms, dt_ms) * dt_ms
    nest.Connect(source_ids[edges.source], target_ids[edges.target], "one_to_one",
                 {"weight": edges.weight, "delay": delay,
                  "receptor_type": edges.receptor + 1, "synapse_model": "static_synapse"})


def create_generators(events, count, dt_ms):
    """One spike generator per source. An event of step n is stamped at the end of the step."""
    step, source, multiplicity = events
    order = np.lexsort((step, source))
    step, source, multiplicity = step[order], source[order], multiplicity[order]
    generators = nest.Create("spike_generator", count)
    bounds = np.searchsorted(source, np.arange(count + 1))
    settings = []
    for s in range(count):
        part = slice(bounds[s], bounds[s + 1])
        setting = {"spike_times": (step[part] + 1) * dt_ms}
        if multiplicity[part].max(initial=1) > 1:
            setting["spike_multiplicities"] = multiplicity[part]
        settings.append(setting)
    generators.set(settings)
    return np.array(generators.tolist())


def main():
    args = sonata.arguments(__doc__).parse_args()

    circuit = sonata.load(args.circuit)
    events = sonata.input_events(args.run, circuit, args.dt)
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.set(resolution=args.dt, local_num_threads=args.threads)

    begin = time.perf_counter()
    neurons, ids = create_neurons(circuit)
    connect(ids, ids, circuit.recurrent, args.dt)
    for name, edges in circuit.inputs.items():
        sources = create_generators(events[name], len(circuit.source_ids[name]), args.dt)
        connect(sources, ids, edges, args.dt)
    if args.drive:
        # On from the start; reaches the neurons in step circuit.DRIVE_STEP.
        drive = nest.Create("dc_generator", params={"amplitude": args.drive})
        nest.Connect(drive, neurons, syn_spec={"delay": args.dt})
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, recorder)
    nest.Prepare()
    built = time.perf_counter()
    nest.Run(args.steps * args.dt)
    done = time.perf_counter()
    nest.Cleanup()
    data = recorder.get("events")
    step = np.rint(np.asarray(data["times"]) / args.dt).astype(np.int64) - 1
    neuron = np.asarray(data["senders"]).astype(np.int64) - ids[0]
    order = np.lexsort((neuron, step))
    if args.spikes:
        np.savez(args.spikes, step=step[order], neuron=neuron[order])
    print(json.dumps({
        "peer": f"NEST {nest.__version__}", "threads": args.threads, "build_s": built - begin,
        "simulate_s": done - built, "rtf": (done - built) / (args.steps * args.dt * 1e-3),
        "mean_rate_hz": len(step) / circuit.size / (args.steps * args.dt * 1e-3)}))


if __name__ == "__main__":
    main()
