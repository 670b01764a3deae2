#!/usr/bin/env python3
"""Bytes and atomic additions per step of the backend cuda, and the time they take at least.

Computed from the layout of plugins/backends/cuda/view.hpp, not measured. Prints the table of
docs/performance.md. Bandwidth: 3.0 TB/s, a copy on an H100.
"""
BANDWIDTH = 3.0e12  # bytes/s
RATE = 4.5e-3       # spikes per neuron and 1 ms step


def neuron_bytes(currents, inputs, driven=True):
    """Read and written by the update of a neuron, float32 state and int32 sums."""
    word_and_type, external = 4 + 2, 4 if driven else 0
    potential, after_spike = 2 * 4, 2 * 2 * 4
    return word_and_type + external + potential + after_spike + currents * 16 + inputs * 8


# name, neurons, recurrent synapses, currents, inputs, other synaptic events per step
NETWORKS = [
    ("5,000 neurons", 5_000, 1.0e6, 2, 2, 0.632 * 5_000),
    ("core of billeh2020", 51_978, 15e6, 2, 2, 0.632 * 51_978),
    ("full billeh2020", 230_924, 70e6, 2, 2, 0.632 * 230_924),
    # 100 background units at 250 Hz, 4 per neuron; 17,400 LGN units taken to fire at 8 Hz.
    ("full v1dd2024", 203_816, 84e6, 4, 2, 4 * 0.221 * 203_816 + 0.008 * 96e6),
]


def main():
    print("| network | state bytes per neuron and step | state | synapses read | atomic additions "
          "| bytes at 3.0 TB/s |")
    print("|---|---|---|---|---|---|")
    for name, neurons, synapses, currents, inputs, other in NETWORKS:
        each = neuron_bytes(currents, inputs)
        events = RATE * synapses + other
        state, rows = neurons * each, 8 * events
        print(f"| {name} | {each} | {state / 1e6:.2f} MB | {rows / 1e6:.2f} MB | "
              f"{events / 1e3:.0f} k | {(state + rows) / BANDWIDTH * 1e6:.2f} us |")


if __name__ == "__main__":
    main()
