"""Finds a Python that has the packages a comparison needs, or ends the test as skipped."""
import importlib.util
import os
import pathlib
import sys

SKIPPED = 77  # ctest's SKIP_RETURN_CODE of these tests
ROOT = pathlib.Path(__file__).resolve().parents[2]


def need(*modules):
    """Goes on where the modules are installed: in this Python, else in that of
    V1_PEERS_PYTHON, else in build/peers (scripts/peers_venv.sh)."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if not missing:
        return
    for candidate in (os.environ.get("V1_PEERS_PYTHON"), ROOT / "build" / "peers" / "bin" / "python"):
        if candidate and os.path.exists(candidate) and "V1_PEERS_TRIED" not in os.environ:
            os.environ["V1_PEERS_TRIED"] = "1"
            os.execv(str(candidate), [str(candidate), *sys.argv])
    print(f"skipped: no {', '.join(missing)}; scripts/peers_venv.sh installs what is missing")
    sys.exit(SKIPPED)


def check(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}")
