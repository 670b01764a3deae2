#!/usr/bin/env python3
"""Writes docs/plugins/shipped: one page per shipped plugin, out of the plugin's own schema.

  scripts/plugin_pages.py V1ENGINE           rewrites the pages
  scripts/plugin_pages.py V1ENGINE --check   fails when a page is not what would be written
V1ENGINE: the built program, e.g. build/release/bin/v1engine.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "docs" / "plugins" / "shipped"
NOTE = "<!-- made by scripts/plugin_pages.py out of the plugin's schema; do not edit -->\n"


def ask(program, *words):
    # Only the plugins beside the program: what else a user has installed is not shipped.
    with tempfile.TemporaryDirectory() as home:
        environment = dict(os.environ, XDG_DATA_HOME=home)
        environment.pop("V1ENGINE_PLUGIN_PATH", None)
        run = subprocess.run([program, "plugins", *words, "--json"], check=True,
                             capture_output=True, text=True, env=environment)
    return json.loads(run.stdout)


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def rows(parameters, prefix=""):
    for p in parameters:
        allowed = ", ".join(f"`{c}`" for c in p["choices"]) if "choices" in p else p["range"]
        default = f"`{p['default']}`" if "default" in p else "required"
        summary = p["summary"] + (" (deprecated)" if p["deprecated"] else "")
        unit = "" if p["unit"] == "1" else p["unit"]
        yield (f"| `{prefix}{p['key']}` | {p['type']} | {unit} | {cell(default)} | {cell(allowed)} | "
               f"{cell(summary)} |")
        yield from rows(p.get("fields", []), f"{prefix}{p['key']}[].")


def page(plugin):
    lines = [f"# {plugin['name']}", "", NOTE, f"{plugin['summary']}. Kind: {plugin['kind']}, "
             f"version {plugin['version']}.", ""]
    for key, text in (("outputs", "Makes"), ("capabilities", "Can"), ("needs", "Needs")):
        if plugin.get(key):
            lines += [f"{text}: {', '.join(plugin[key])}.", ""]
    if plugin.get("doc"):
        lines += [plugin["doc"], ""]
    if plugin["parameters"]:
        lines += ["| parameter | type | unit | default | range | meaning |",
                  "|---|---|---|---|---|---|", *rows(plugin["parameters"]), ""]
    else:
        lines += ["No parameters.", ""]
    if plugin.get("citation"):
        lines += [f"Citation: {plugin['citation']}", ""]
    lines += ["```toml", plugin["toml"].rstrip("\n"), "```", ""]
    return "\n".join(lines)


def pages(program):
    out = {}
    index = {}
    for brief in ask(program, "list")["plugins"]:
        found = ask(program, "describe", brief["name"])
        for plugin in found if isinstance(found, list) else [found]:
            name = f"{plugin['kind']}-{plugin['name']}.md"
            out[name] = page(plugin)
            index.setdefault(plugin["kind"], {})[plugin["name"]] = (name, plugin["summary"])
    lines = ["# Shipped plugins", "", NOTE]
    for kind in ("stimulus", "analysis", "backend"):
        lines += [f"## {kind}", ""]
        lines += [f"* [{n}]({f}): {s}" for n, (f, s) in sorted(index.get(kind, {}).items())]
        lines.append("")
    out["README.md"] = "\n".join(lines)
    return out


def main(program, check):
    wanted = pages(program)
    # A backend that this machine could not build (cuda) keeps its page.
    stale = [f for f in FOLDER.glob("*.md") if f.name not in wanted and
             not f.name.startswith("backend-cuda")]
    status = 0
    for name, text in wanted.items():
        path = FOLDER / name
        if path.exists() and path.read_text() == text:
            continue
        if check and name == "README.md" and (FOLDER / "backend-cuda.md").exists():
            continue
        if check:
            print(f"{path}: is out of date; run scripts/plugin_pages.py {program}", file=sys.stderr)
            status = 1
        else:
            path.write_text(text)
    for path in stale:
        if check:
            print(f"{path}: there is no such plugin any more", file=sys.stderr)
            status = 1
        else:
            path.unlink()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--check" in sys.argv[2:]))
