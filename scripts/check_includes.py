#!/usr/bin/env python3
"""Holds #include lines to the direction of the data flow (docs/architecture.md).

Fails with file, line and the offending include. Run as a test; needs only the source tree.
"""
import pathlib
import re
import sys

STAGES = ["base", "plugin", "process", "config", "network", "stimulus", "lgn", "simulate",
          "calibrate", "recording", "analysis", "figures", "run", "plugin_check", "cli"]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
LIMIT_LINES = 500


def area(path):
    """('engine', 'network'), ('kernels', ''), ('plugins', 'stimuli/gratings'), ..."""
    parts = path.split("/")
    if parts[0] == "engine":
        return "engine", parts[1]
    if parts[0] == "plugins":
        return "plugins", "/".join(parts[1:3])
    if parts[0] == "sdk" and parts[1] in ("examples", "templates"):
        return "plugins", "sdk"  # written like anybody's plugin
    return parts[0], ""


def target_of(include):
    if include.startswith(("engine/", "kernels/", "plugins/")):
        return area(include)
    if include.startswith(("plugin_api/", "v1e/")):
        return "plugin_api", ""
    if include.startswith(("sdk/", "v1e_sdk/")):
        return "sdk", ""
    return None


def allowed(source, target):
    kind, name = source
    other, other_name = target
    if kind == "plugin_api":
        return other == "plugin_api"
    if kind == "sdk":
        return other in ("sdk", "plugin_api")
    if kind == "kernels":
        return other == "kernels" or other == "plugin_api"
    if kind == "plugins":
        # plugins/KIND/shared holds what several plugins of a kind share.
        mine = (name, name.split("/")[0] + "/shared")
        return other in ("sdk", "kernels", "plugin_api") or (other == "plugins" and
                                                               other_name in mine)
    if kind == "engine":
        if other in ("plugin_api", "kernels"):
            return True
        return other == "engine" and STAGES.index(other_name) <= STAGES.index(name)
    return True


def main(root):
    problems = []
    for top in ("engine", "plugin_api", "sdk", "kernels", "plugins"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in (".hpp", ".cpp", ".h", ".c", ".cu", ".cuh"):
                continue
            relative = path.relative_to(root).as_posix()
            data = path.read_bytes()
            if not data.isascii():
                problems.append(f"{relative}: contains characters outside ASCII")
            lines = data.decode("utf-8").splitlines()
            if len(lines) > LIMIT_LINES:
                problems.append(f"{relative}: {len(lines)} lines; split files above {LIMIT_LINES}")
            for number, line in enumerate(lines, 1):
                match = INCLUDE.match(line)
                target = match and target_of(match.group(1))
                if target and not allowed(area(relative), target):
                    problems.append(f"{relative}:{number}: must not include {match.group(1)}")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
