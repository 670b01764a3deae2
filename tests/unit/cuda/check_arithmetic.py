"""Whether the PTX of the device's code computes as the host does.

usage: check_arithmetic.py FILE.ptx...

Every operation on floating-point numbers must be one that IEEE 754 rounds, to nearest, without
flushing denormals: what nvcc makes of the source, so no device is needed. Files named cuda_lgn*
have no fused operation in their source, and may not have one here.
"""

import pathlib
import re
import sys

OPERATION = re.compile(r"^\s*(?:@!?%p\d+\s+)?([a-z0-9]+(?:\.[a-z0-9]+)+)\s", re.M)
EXACT = {"abs", "neg", "min", "max", "setp", "selp", "mov", "ld", "st", "set", "atom", "red"}
ROUNDED = {"add", "sub", "mul", "fma", "cvt", "div", "sqrt"}


def faults(text, may_fuse):
    """Names of the operations that are not allowed, each once."""
    found = set()
    for name in OPERATION.findall(text):
        parts = name.split(".")
        if not {"f16", "f32", "f64", "f16x2", "bf16"} & set(parts[1:]):
            continue
        widens = parts[0] == "cvt" and parts[1:] in (["f64", "f32"], ["f32", "f16"])
        rounds = parts[0] in ROUNDED and "rn" in parts
        bad = {"ftz", "approx", "full", "sat"} & set(parts)
        if bad or not (parts[0] in EXACT or widens or rounds):
            found.add(name)
        if parts[0] == "fma" and not may_fuse:
            found.add(name)
    return found


def main():
    failed = False
    for path in map(pathlib.Path, sys.argv[1:]):
        text = path.read_text()
        operations = len(re.findall(r"\b(?:add|fma)\.rn\.f(?:32|64)", text))
        found = faults(text, may_fuse=not path.name.startswith("cuda_lgn"))
        if operations < 50:
            print(f"{path.name}: only {operations} operations found: is this the device's code?")
            failed = True
        for name in sorted(found):
            print(f"{path.name}: {name} does not give the bits of the host")
            failed = True
        print(f"{path.name}: {operations} rounded sums and products")
    return 1 if failed or len(sys.argv) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
