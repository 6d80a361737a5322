#!/usr/bin/env python3
"""Writes the recorded values keys of Helm charts as read-only C++ tables. Usage: write_values.py FOLDER OUT.cpp

Releases share most of their keys, so all of them are one tree of names; each row says in which releases it stands and with which facts.
src/lint/helm/values_tables.h tells the form.
"""

import json
import pathlib
import sys

TYPES = ["string", "bool", "number", "list", "map", "null"]
FLAGS = ["open", "tpl", "undocumented", "unused", "unreleased"]
SNIPPETS = ["config", "body", "stages", "discovery-rules", "metric-rules", "log-rules", "profile-rules", "write-relabel", "arguments", "expr", "ottl"]


def segments(path):
    """a.b[]."c.d" -> a, b, [], c.d"""
    names, name, quoted = [], "", False
    for char in path:
        if char == '"':
            quoted = not quoted
        elif char == "." and not quoted:
            names.append(name)
            name = ""
        else:
            name += char
    names.append(name)
    for name in names:
        depth = 0
        while name.endswith("[]"):
            name, depth = name[:-2], depth + 1
        yield name
        yield from ["[]"] * depth


class Interned(list):
    """Values with numbers, each once."""

    def __init__(self, *first):
        super().__init__(first)
        self.numbers = {value: i for i, value in enumerate(first)}

    def number(self, value):
        if value not in self.numbers:
            self.numbers[value] = len(self)
            self.append(value)
        return self.numbers[value]


class Row:
    def __init__(self):
        self.children = {}
        self.variants = {}  # (facts, renamed_to, description) -> releases


def minor(path):
    return tuple(int(part) for part in path.stem.split("."))


def collect(files, kinds):
    root, facts, texts, releases = Row(), Interned(), Interned(""), []
    for bit, (chart, path) in enumerate(files):
        table = json.loads(path.read_text())
        version = table["version"].split()[-1]
        releases.append((chart, texts.number(path.stem if chart else "alloy"), texts.number(version)))
        top = root.children.setdefault(table["chart"], Row())
        whole = (facts.number((1 << TYPES.index("map"), 0, 0, 0, 0, 0)), 0, 0)
        top.variants[whole] = top.variants.get(whole, 0) | 1 << bit
        passed = {}
        for key in sorted(table["keys"], key=lambda key: key["path"]):
            row = top
            for name in segments(key["path"]):
                row = row.children.setdefault(name, Row())
                passed[id(row)] = row
            type_bits = sum(1 << TYPES.index(name) for name in key["type"].split("|"))
            flags = sum(1 << i for i, name in enumerate(FLAGS) if key.get(name))
            snippet = SNIPPETS.index(key["snippet"]) + 1 if key["snippet"] else 0
            only_for = sum(1 << kinds.number(kind) for kind in key.get("only_for", []))
            fact = facts.number((type_bits, flags, snippet, only_for, texts.number(key.get("wrapper") or ""), texts.number(key.get("collector") or "")))
            variant = (fact, texts.number(key.get("renamed_to") or ""), texts.number(key["d"]))
            row.variants[variant] = row.variants.get(variant, 0) | 1 << bit
        # What stands between two keys and is none itself: it takes anything.
        anything = (facts.number((1 << TYPES.index("null"), 0, 0, 0, 0, 0)), 0, 0)
        for row in passed.values():
            if not any(mask >> bit & 1 for mask in row.variants.values()):
                row.variants[anything] = row.variants.get(anything, 0) | 1 << bit
    return root, facts, texts, releases


def write(root, facts, texts, releases, kinds, out):
    rows, variants, order = [], [], [("", root)]
    for name, row in order:
        children = sorted(row.children.items())
        rows.append((texts.number(name), len(order), len(children), len(variants), len(row.variants)))
        order.extend(children)
        variants.extend((mask, *variant) for variant, mask in row.variants.items())
    assert len(rows) < 1 << 16 and len(variants) < 1 << 16 and len(texts) < 1 << 16 and len(kinds) <= 16 and len(releases) <= 32
    ends, end = [], 0
    for text in texts:
        end += len(text.encode())
        ends.append(end)

    def table(kind, name, values):
        lines = [f"constexpr {kind} {name}[] = {{"]
        return lines + ["    " + value for value in values] + ["};"]

    def braces(values):
        return ["{" + ", ".join(map(str, value)) + "}," for value in values]

    lines = ["// Written by tools/write_values.py from the recorded values keys.", '#include "src/lint/helm/values_tables.h"', "",
             "namespace invar::lint::values_tables {", "namespace {", ""]
    lines += ["constexpr char kPool[] ="] + ["    " + json.dumps(text) for text in texts] + ["    ;"]
    lines += table("uint32_t", "kTextEnds", [f"{end}," for end in ends])
    lines += table("Row", "kRows", braces(rows))
    lines += table("Variant", "kVariants", braces(variants))
    lines += table("Facts", "kFacts", braces(facts))
    lines += table("ReleaseRow", "kReleases", braces(releases))
    lines += table("uint16_t", "kKinds", [f"{texts.number(kind)}," for kind in kinds])
    lines += ["", "}  // namespace", ""]
    lines += ["std::string_view text(uint16_t number) {", "  const uint32_t begin = number ? kTextEnds[number - 1] : 0;",
              "  return std::string_view(kPool + begin, kTextEnds[number] - begin);", "}"]
    for kind, function, name in [("Row", "rows", "kRows"), ("Variant", "variants", "kVariants"), ("Facts", "facts", "kFacts"),
                                 ("ReleaseRow", "releases", "kReleases"), ("uint16_t", "kinds", "kKinds")]:
        lines.append(f"std::span<const {kind}> {function}() {{ return {name}; }}")
    lines += ["", "}  // namespace invar::lint::values_tables", ""]
    pathlib.Path(out).write_text("\n".join(lines))


def main(folder, out):
    folder = pathlib.Path(folder)
    files = [(1, path) for path in sorted(folder.glob("[0-9]*.json"), key=minor)] + [(0, folder / "alloy-chart.json")]
    kinds = Interned()
    root, facts, texts, releases = collect(files, kinds)
    for kind in kinds:
        texts.number(kind)
    for row in list(walk(root)):
        for name in row.children:
            texts.number(name)
    write(root, facts, texts, releases, kinds, out)


def walk(row):
    yield row
    for child in row.children.values():
        yield from walk(child)


if __name__ == "__main__":
    main(*sys.argv[1:])
