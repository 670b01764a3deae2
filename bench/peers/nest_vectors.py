"""NEST on the worked vectors of tests/data/oracle: one spiking cell at two step sizes and a
network of 20 cells. The unit tests hold v1engine to these tables; here NEST must give the same
spikes, step by step.

  python nest_vectors.py [FOLDER WITH THE TABLES]
"""
import csv
import os
import sys

import nest
import numpy as np

TABLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/data/oracle")
TAU_SYN = [5.5, 8.5, 2.8, 5.8]
CELL_P = {"C_m": 81.21058405283176, "g": 9.195230009748064, "E_L": -70.45950889587401,
          "V_th": -44.23152364988978, "V_reset": -70.45950889587401, "t_ref": 1.5,
          "asc_decay": [0.003, 0.3], "asc_amps": [-4.08182729, -291.97668209]}
CELL_EXC = {"C_m": 58.60769058316611, "g": 5.875377136608159, "E_L": -69.4755859375,
            "V_th": -46.40370561385434, "V_reset": -69.4755859375, "t_ref": 2.6000000000000005,
            "asc_decay": [0.1, 0.3], "asc_amps": [-36.93387266, -65.30848816]}
EVENTS_B = [(5, 0, 800), (40, 2, 1500), (41, 2, 1500), (80, 0, 2500), (120, 3, 900), (121, 1, -400),
            (150, 0, 1200), (152, 2, 1200), (154, 1, 1200), (156, 3, 1200)]


def table(folder, name):
    with open(os.path.join(folder, name + ".csv")) as lines:
        rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    values = np.array(rows[1:], dtype=float).T
    return dict(zip(rows[0], values))


def cell(parameters, count=1):
    full = {**parameters, "V_m": parameters["E_L"], "asc_init": [0.0, 0.0], "tau_syn": TAU_SYN,
            "spike_dependent_threshold": False, "after_spike_currents": True,
            "adapting_threshold": False}
    return nest.Create("glif_psc", count, params=full)


def reset(dt_ms):
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.set(resolution=dt_ms)


def inject(target, step, dt_ms, weight, receptor, multiplicity=1):
    """An event that enters the currents in the update of `step`: stamped one step earlier than
    the end of that update, with a delay of one step."""
    source = nest.Create("spike_generator", params={
        "spike_times": [step * dt_ms], "spike_multiplicities": [int(multiplicity)],
        "allow_offgrid_times": True})
    nest.Connect(source, target, syn_spec={"weight": weight, "delay": dt_ms,
                                           "receptor_type": receptor + 1})


def recorded(steps, dt_ms, neurons):
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, recorder)
    nest.Simulate(steps * dt_ms)
    data = recorder.get("events")
    first = neurons.tolist()[0]
    step = np.rint(np.asarray(data["times"]) / dt_ms).astype(int) - 1
    return sorted(zip(step.tolist(), (np.asarray(data["senders"]) - first).tolist()))


def single_cell(folder, name, dt_ms):
    reset(dt_ms)
    neuron = cell(CELL_P)
    per_ms = round(1 / dt_ms)
    for step, receptor, weight in EVENTS_B:
        inject(neuron, step * per_ms + per_ms - 1, dt_ms, weight, receptor)
    expected = table(folder, name)
    steps = int(expected["step"][-1]) + 1
    wanted = [(int(s), 0) for s, z in zip(expected["step"], expected["spiked"]) if z]
    return wanted, recorded(steps, dt_ms, neuron)


def small_network(folder):
    reset(1.0)
    excitatory, other = cell(CELL_EXC, 14), cell(CELL_P, 6)
    neurons = excitatory + other
    edges = table(folder, "h_edges")
    for s, t, r, w, d in zip(*(edges[k] for k in
                               ("source", "target", "receptor", "weight_pa", "delay_ms"))):
        nest.Connect(neurons[int(s)], neurons[int(t)], syn_spec={
            "weight": w, "delay": np.floor(d + 0.5), "receptor_type": int(r) + 1})
    lgn, spikes = table(folder, "h_lgn_edges"), table(folder, "h_lgn_spikes")
    for source in np.unique(spikes["source"]):
        times = np.sort(spikes["step"][spikes["source"] == source]) + 1.0
        generator = nest.Create("spike_generator", params={"spike_times": times})
        for s, t, r, w in zip(*(lgn[k] for k in ("source", "target", "receptor", "weight_pa"))):
            if s == source:
                nest.Connect(generator, neurons[int(t)],
                             syn_spec={"weight": w, "delay": 1.0, "receptor_type": int(r) + 1})
    counts = table(folder, "h_background_counts")["count"].astype(int)
    steps = np.flatnonzero(counts)
    generator = nest.Create("spike_generator", params={
        "spike_times": steps + 1.0, "spike_multiplicities": counts[steps]})
    background = table(folder, "h_background_edges")
    for t, r, w in zip(*(background[k] for k in ("target", "receptor", "weight_pa"))):
        nest.Connect(generator, neurons[int(t)],
                     syn_spec={"weight": w, "delay": 1.0, "receptor_type": int(r) + 1})
    wanted = table(folder, "h_spikes_exact")
    # NEST takes no spike at time 0, so everything happens one step later than in the tables.
    found = [(step - 1, n) for step, n in recorded(501, 1.0, neurons)]
    return (sorted(zip(wanted["step"].astype(int).tolist(), wanted["cell"].astype(int).tolist())),
            found)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else TABLES
    failed = False
    for name, run in (
            ("one cell, h = 1 ms", lambda: single_cell(folder, "b_spiking_exact", 1.0)),
            ("one cell, h = 0.25 ms",
             lambda: single_cell(folder, "b_spiking_exact_quarter_ms", 0.25)),
            ("20 cells, h = 1 ms", lambda: small_network(folder))):
        wanted, found = run()
        same = wanted == found
        failed = failed or not same
        print(f"{name}: {len(wanted)} spikes in the table, {len(found)} of NEST: "
              f"{'identical' if same else 'DIFFERENT'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
