"""How far two lists of spikes agree: (step, neuron), each sorted by step, then neuron."""
import numpy as np


def compare(ours, theirs, neurons, steps):
    size = np.int64(neurons)
    a = ours[0] * size + ours[1]
    b = theirs[0] * size + theirs[1]
    common = np.intersect1d(a, b)
    parted = np.setxor1d(a, b)
    first = int(parted.min() // size) if len(parted) else steps
    near = sum(np.isin(a + shift * size, b) for shift in (-1, 0, 1)) > 0
    rate = [len(x) / neurons for x in (a, b)]
    per_neuron = [np.bincount(x[1], minlength=neurons) for x in (ours, theirs)]
    varied = min(p.std() for p in per_neuron) > 0
    return {
        "spikes": len(a), "peer_spikes": len(b),
        "identical_until_step": first,
        "same_step": len(common) / max(1, len(a)),
        "within_one_step": float(near.mean()) if len(a) else 1.0,
        "rate_ratio": rate[1] / rate[0] if rate[0] else float("nan"),
        "correlation_of_rates": float(np.corrcoef(*per_neuron)[0, 1]) if varied else float("nan"),
    }


def text(result):
    return (f"{result['spikes']} spikes here, {result['peer_spikes']} there; all alike until step "
            f"{result['identical_until_step']}; {100 * result['same_step']:.2f} % in the same "
            f"step, {100 * result['within_one_step']:.2f} % within one; rate ratio "
            f"{result['rate_ratio']:.4f}, correlation of rates {result['correlation_of_rates']:.4f}")
