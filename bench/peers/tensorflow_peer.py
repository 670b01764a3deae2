"""The update equations of the published TensorFlow model of the V1 column (Billeh et al. 2020
network, hard reset, 1 ms), written anew: potentials in units of threshold minus leak potential,
a sparse product over all delayed spikes, the recurrence compiled as one loop of a tf.function.
Compare with `simulation.scheme = "billeh-tf"` of v1engine.

  python tensorflow_peer.py CIRCUIT RUN [--steps N] [--threads T] [--drive pA] [--spikes OUT.npz]
"""
import json
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf

import circuit as sonata

LONGEST_DELAY = 5.0


def delay_steps(delay_ms):
    longest = max(1.0, np.rint(min(delay_ms.max(), LONGEST_DELAY)))
    return np.rint(np.clip(delay_ms, 1.0, longest)).astype(np.int64), int(longest)


def sparse(rows, columns, values, shape):
    """Entries of one place are added, rows ascending, as the product needs them."""
    key = rows.astype(np.int64) * shape[1] + columns
    unique, inverse = np.unique(key, return_inverse=True)
    summed = np.bincount(inverse, weights=values)
    indices = np.stack([unique // shape[1], unique % shape[1]], axis=1)
    return tf.sparse.SparseTensor(indices, summed.astype(np.float32), shape)


def input_currents(circuit, events, scale, receptors, steps):
    """Weight sums of all inputs, [step][neuron * receptors + receptor], before the time loop."""
    total = np.zeros((steps, circuit.size * receptors), dtype=np.float32)
    for name, edges in circuit.inputs.items():
        step, source, multiplicity = events[name]
        keep = step < steps
        spikes = np.zeros((len(circuit.source_ids[name]), steps), dtype=np.float32)
        np.add.at(spikes, (source[keep], step[keep]), multiplicity[keep])
        matrix = sparse(edges.target * receptors + edges.receptor, edges.source,
                        edges.weight / scale[edges.target],
                        (circuit.size * receptors, spikes.shape[0]))
        total += tf.sparse.sparse_dense_matmul(matrix, spikes).numpy().T
    return total


class Column(tf.Module):
    def __init__(self, circuit, drive_pa):
        cells = circuit.types
        of = lambda f: np.array([f(c) for c in cells], dtype=np.float64)[circuit.type_of]
        self.n = circuit.size
        self.scale = of(lambda c: c["V_th"] - c["E_L"])
        tau = np.array([c["tau_syn"] for c in cells])[circuit.type_of]
        self.receptors = tau.shape[1]
        tau_m, g = of(lambda c: c["C_m"] / c["g"]), of(lambda c: c["g"])
        f32 = lambda x: tf.constant(np.asarray(x, dtype=np.float32))
        self.decay, self.gain = f32(np.exp(-1 / tau_m)), f32((1 - np.exp(-1 / tau_m)) / g)
        self.syn_decay, self.psc_initial = f32(np.exp(-1 / tau)), f32(np.e / tau)
        self.reset = f32(of(lambda c: (c["V_reset"] - c["E_L"]) / (c["V_th"] - c["E_L"])))
        self.t_ref = f32(of(lambda c: c["t_ref"]))
        self.asc_decay = f32(np.exp(-np.array([c["asc_decay"] for c in cells])[circuit.type_of]))
        amplitude = np.array([c["asc_amps"] for c in cells])[circuit.type_of]
        self.asc_amplitude = f32(amplitude / self.scale[:, None])
        self.drive = f32(drive_pa / self.scale)
        edges = circuit.recurrent
        delay, self.max_delay = delay_steps(edges.delay_ms)
        self.weights = sparse(edges.target * self.receptors + edges.receptor,
                              edges.source + self.n * (delay - 1),
                              edges.weight / self.scale[edges.target],
                              (self.n * self.receptors, self.n * self.max_delay))

    @tf.function
    def simulate(self, inputs):
        n, receptors = self.n, self.receptors
        steps = tf.shape(inputs)[0]
        z_buffer = tf.zeros((n * self.max_delay, 1))
        v, refractory = tf.identity(self.reset), tf.zeros(n)
        asc = tf.zeros((n, 2))
        rise, psc = tf.zeros((n, receptors)), tf.zeros((n, receptors))
        spikes = tf.TensorArray(tf.float32, size=steps)
        for step in tf.range(steps):
            z = z_buffer[:n, 0]
            recurrent = tf.sparse.sparse_dense_matmul(self.weights, z_buffer)
            arriving = tf.reshape(recurrent[:, 0] + inputs[step], (n, receptors))
            new_rise = self.syn_decay * rise + self.psc_initial * arriving
            new_psc = self.syn_decay * psc + self.syn_decay * rise
            new_refractory = tf.nn.relu(refractory + z * self.t_ref - 1.0)
            new_asc = self.asc_decay * asc + z[:, None] * self.asc_amplitude
            current = tf.reduce_sum(psc, -1) + tf.reduce_sum(asc, -1) + self.drive
            free = self.decay * v + self.gain * current
            v = tf.where(new_refractory > 0.0, self.reset, free)
            z = tf.cast((v > 1.0) & (new_refractory <= 0.0), tf.float32)
            z_buffer = tf.concat([z[:, None], z_buffer[:-n]], 0)
            rise, psc, refractory, asc = new_rise, new_psc, new_refractory, new_asc
            spikes = spikes.write(step, z)
        return spikes.stack()


def main():
    args = sonata.arguments(__doc__).parse_args()
    if args.dt != 1.0:
        raise SystemExit("tensorflow_peer steps by 1 ms only: leave --dt out")
    tf.config.threading.set_intra_op_parallelism_threads(args.threads)
    tf.config.threading.set_inter_op_parallelism_threads(args.threads)

    circuit = sonata.load(args.circuit)
    events = sonata.input_events(args.run, circuit, 1.0)
    begin = time.perf_counter()
    column = Column(circuit, args.drive)
    inputs = input_currents(circuit, events, column.scale, column.receptors, args.steps)
    inputs = tf.constant(inputs)
    column.simulate(inputs[:2])  # traces and compiles the loop
    built = time.perf_counter()
    z = column.simulate(inputs).numpy()
    done = time.perf_counter()
    step, neuron = np.nonzero(z)
    if args.spikes:
        np.savez(args.spikes, step=step, neuron=neuron)
    print(json.dumps({
        "peer": f"TensorFlow {tf.__version__}", "threads": args.threads, "build_s": built - begin,
        "simulate_s": done - built, "rtf": (done - built) / (args.steps * 1e-3),
        "mean_rate_hz": len(step) / circuit.size / (args.steps * 1e-3)}))


if __name__ == "__main__":
    main()
