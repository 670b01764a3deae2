#!/usr/bin/env python3
"""Sizes, offsets, constants and ids of the plugin interface, as the compiler sees them; extensions
(v1e/ext) included.

  abi_layout.py INCLUDE            prints the table
  abi_layout.py INCLUDE TABLE...   compares with frozen tables: lines may be added, a growable
                                   struct may be larger, nothing else may differ. Compiler from CC.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FROZEN = {"v1e_value", "v1e_array", "v1e_const_array", "v1e_synapse_kind", "v1e_error"}


def headers(include):
    return sorted(pathlib.Path(include, "v1e").glob("*.h")) + \
        sorted(pathlib.Path(include, "v1e/ext").glob("*.h"))


def declarations(include):
    """[(struct, [fields])], [constants], [ids] in the order of the headers."""
    structs, constants, ids = [], [], []
    for header in headers(include):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
        for match in re.finditer(r"typedef struct (\w+) \{(.*?)\n\} \1;", text, flags=re.S):
            body = re.sub(r"union \{.*?\} (\w+);", r"void *\1;", match[2], flags=re.S)
            fields = []
            for declaration in body.split(";"):
                pointer = re.search(r"\(\s*\*\s*(\w+)\)", declaration)
                plain = re.search(r"(\w+)\s*(?:\[\w+\])*\s*$", declaration)
                if pointer or plain:
                    fields.append((pointer or plain)[1])
            structs.append((match[1], fields))
        constants += re.findall(r"\b(V1E_[A-Z0-9_]+) = ", text)
        ids += re.findall(r'^#define (V1E_[A-Z0-9_]+) "', text, flags=re.M)
    return structs, constants, ids


def table(include):
    structs, constants, ids = declarations(include)
    lines = ['#include <stdio.h>']
    lines += [f'#include <{header.relative_to(include)}>' for header in headers(include)]
    lines += ['int main(void) {']
    for name, fields in structs:
        lines.append(f'  printf("struct {name} %zu\\n", sizeof({name}));')
        for field in fields:
            lines.append(f'  printf("{name}.{field} %zu %zu\\n", offsetof({name}, {field}), '
                         f'sizeof((({name} *)0)->{field}));')
    for constant in constants:
        lines.append(f'  printf("{constant} %lld\\n", (long long){constant});')
    for name in ids:
        lines.append(f'  printf("{name} %s\\n", {name});')
    lines += ['  return 0;', '}', '']
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "layout.c"), pathlib.Path(folder, "layout")
        source.write_text("\n".join(lines))
        subprocess.run([os.environ.get("CC", "cc"), "-std=c99", "-I", include, "-o", str(program),
                        str(source)], check=True)
        return subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout


def differences(frozen, now):
    current = {line.rsplit(" ", 1)[0] if line.startswith("struct") else line.split(" ")[0]: line
               for line in now.splitlines()}
    for line in frozen.splitlines():
        is_struct = line.startswith("struct")
        key = line.rsplit(" ", 1)[0] if is_struct else line.split(" ")[0]
        found = current.get(key, "nothing")
        if found == line:
            continue
        grown = (is_struct and key.split(" ")[1] not in FROZEN and found != "nothing" and
                 int(found.split(" ")[2]) > int(line.split(" ")[2]))
        if not grown:
            yield f"expected '{line}', found '{found}'"


def main(include, tables):
    now = table(include)
    if not tables:
        print(now, end="")
        return 0
    status = 0
    for path in tables:
        for difference in differences(pathlib.Path(path).read_text(), now):
            print(f"{path}: {difference}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
