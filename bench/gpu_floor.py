#!/usr/bin/env python3
"""Bytes and atomic additions per step of the backend cuda, and the time they take at least.

Computed from the layout of plugins/backends/cuda/step/view.hpp, not measured. Prints the table of
docs/performance.md. Bandwidth: 3.0 TB/s, a copy on an H100.
"""
BANDWIDTH = 3.0e12  # bytes/s


def neuron_bytes(currents, inputs, driven=True):
    """Read and written by the update of a neuron, float32 state and int32 sums.

    The synapse of a background that all share is known by type (billeh2020) or not there (v1dd2024).
    """
    refractory_and_type, external = 2 + 2, 4 if driven else 0
    potential, after_spike = 2 * 4, 2 * 2 * 4
    return refractory_and_type + external + potential + after_spike + currents * 16 + inputs * 8


def cache_bytes(neurons, currents, inputs, slots):
    """State and constants of neurons, and the ring of sums, that are touched again and again."""
    each = 2 + 2 + 4 + 4 + 2 * 4 + currents * 8
    return neurons * each, neurons * inputs * 4 * slots


# name, slots of the ring (longest delay and 1), neurons, currents and inputs that a neuron is fed through (means), synaptic events that are
# delivered in a step when driven to 4.5 Hz: events_per_s x rtf of `v1engine bench`, without those
# of a background that all neurons share, which are looked up.
NETWORKS = [
    ("5,000 neurons, 0.6 M synapses", 5, 5_000, 2, 2, 3.5e3),
    ("core of billeh2020, 8.9 M", 5, 51_978, 2, 2, 50e3),
    ("full billeh2020, 42.6 M", 5, 230_924, 2, 2, 237e3),
    ("full v1dd2024, 151.9 M", 4, 203_816, 9.48, 4.74, 1.37e6),
]


def main():
    print("| network | bytes of a neuron and step | state | synapses read | atomic additions "
          "| bytes at 3.0 TB/s | held in the cache: state, sums |")
    print("|---|---|---|---|---|---|---|")
    for name, slots, neurons, currents, inputs, events in NETWORKS:
        each = neuron_bytes(currents, inputs)
        state, rows = neurons * each, 8 * events
        kept, ring = cache_bytes(neurons, currents, inputs, slots)
        print(f"| {name} | {each:.0f} | {state / 1e6:.2f} MB | {rows / 1e6:.2f} MB | "
              f"{events / 1e3:.1f} k | {(state + rows) / BANDWIDTH * 1e6:.2f} us | "
              f"{kept / 1e6:.1f} MB, {ring / 1e6:.1f} MB |")


if __name__ == "__main__":
    main()
