#!/usr/bin/env python3
"""Writes the recorded catalog as read-only tables of numbers. Usage: write_catalog.py CATALOG.json STRUCTS.json OUT.cpp

Schemas of everything Alloy knows, built here or not; src/language/catalog.h says what they are for.
"""

import json
import sys


def short_name(go):
    """Go's name as messages print it: the package's last part and the type."""
    return go.rsplit("/", 1)[-1]


def page(entry):
    """Where Alloy's manual has its page, below reference/."""
    return entry.get("doc", "").removeprefix("docs/sources/reference/").removesuffix(".md")


def signature(function):
    """`(text string, cutset string) string`; of a constant its type."""
    words = {"optional": "?", "variadic": "..."}
    args = [f"{a[0]}{words[a[2]] if len(a) > 2 else ''} {a[1]}" for a in function.get("args", [])]
    returns = function.get("ret", function["go"] if function["kind"] == "constant" else "any")
    return returns if function["kind"] == "constant" else f"({', '.join(args)}) {returns}"


STABILITY = {
    "generally-available": "uint8_t(Stability::kGenerallyAvailable)",
    "public-preview": "uint8_t(Stability::kPublicPreview)",
    "experimental": "uint8_t(Stability::kExperimental)",
    "community": "uint8_t(Stability::kGenerallyAvailable)",
}
WHERE = {
    "root": "uint8_t(CatalogBlock::Where::kRoot)",
    "module": "uint8_t(CatalogBlock::Where::kModule)",
    "any": "uint8_t(CatalogBlock::Where::kAny)",
}
PLAIN = {
    "string": ("kString", "string"),
    "bool": ("kBool", "bool"),
    "int": ("kInt", "int"),
    "uint": ("kUint", "uint"),
    "number": ("kFloat", "float64"),
    "duration": ("kDuration", "time.Duration"),
    "secret": ("kSecret", "alloytypes.Secret"),
    "optional_secret": ("kOptionalSecret", "alloytypes.OptionalSecret"),
    "any": ("kAny", "interface {}"),
}
RULES = {"bytes": "kTextBytes", "regex": "kTextRegex", "url": "kTextUrl", "go-template": "kTextTemplate"}
# Words that are read in any case (Go: strings.ToLower before the switch); messages show them in small letters.
LOWERED = {
    "open-telemetry/opentelemetry-collector-contrib/pkg/ottl.ErrorMode",
    "otelcol/auth/headers.Action",
    "otelcol/processor/tail_sampling.ErrorMode",
    "otelcol/processor/transform.ContextID",
}
# What Validate() says of a struct's zero value.
ZERO_ERRORS = {"common/relabel.Config": "relabel action cannot be empty"}
NOT_EMPTY = "loki/process/stages.Source"
MOST_GROUPS, MOST_WORD_LISTS = 8, 64


class Texts:
    """All strings in one: each is a place and a length. One that is part of another takes no room."""

    def __init__(self, values):
        self.pool = ""
        self.places = {}
        for value in sorted(set(values), key=lambda v: (-len(v.encode()), v)):
            if value not in self.pool:
                self.pool += value
        self.bytes = self.pool.encode()

    def place(self, value):
        if value not in self.places:
            encoded = value.encode()
            at = self.bytes.index(encoded)
            if at >= 1 << 20 or len(encoded) >= 1 << 12:
                raise ValueError("a text is too long for the tables")
            self.places[value] = f"{{{at}, {len(encoded)}}}"
        return self.places[value]

    def literal(self):
        lines = []
        for at in range(0, len(self.bytes), 140):
            line = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else f"\\{b:03o}" for b in self.bytes[at : at + 140])
            lines.append(f'    "{line}"')
        return "const char kText[] =\n" + "\n".join(lines) + ";"


class Writer:
    """Rows are collected with their texts as Python strings, and written when all texts are known."""

    def __init__(self, catalog, structs):
        self.catalog = catalog
        self.structs = structs
        self.types = {}
        self.type_rows = []
        self.word_lists = {}
        self.word_list_rows = []
        self.words = []
        self.documented = []
        self.bodies = {}
        self.schemas = []
        self.rows = []
        self.groups = []
        self.members = []
        self.queue = []

    def rule_of(self, go):
        """The rule of a text type, and the index of its list of words."""
        known = self.catalog["text_types"].get(go, {})
        if known.get("fmt") in RULES:
            return RULES[known["fmt"]], 0
        if go == NOT_EMPTY:
            return "kTextSource", 0
        if "probe_err" in known and "accepts" in known:
            return "kTextWords", self.word_list(go, known)
        return "kTextAny", 0

    def word_list(self, go, known):
        if go not in self.word_lists:
            before, after = known["probe_err"].split("zzz_bad", 1)
            quoted = before.endswith('"') and after.startswith('"')
            if quoted:
                before, after = before[:-1], after[1:]
            words = list(known["accepts"]) + ([""] if known.get("accepts_empty") else [])
            self.word_list_rows.append((len(self.words), len(words), before, after, quoted, go in LOWERED))
            self.words += words
            self.word_lists[go] = len(self.word_list_rows)
        return self.word_lists[go]

    def type_of(self, name, go, fields, number=None):
        """The index of a type. `number` is Go's type of the numbers in it, where they are narrow."""
        key = (name, go, json.dumps(fields, sort_keys=True), number)
        if key not in self.types:
            self.types[key] = self.make_type(name, go, fields, number)
        return self.types[key]

    def make_type(self, name, go, fields, number):
        for outer, kind in (("list(", "kList"), ("map(", "kMap")):
            if name.startswith(outer):
                return self.add_type(kind, element=self.type_of(name[len(outer) : -1], go, fields, number))
        if name == "object":
            if not fields:
                return self.type_of("any", None, None)
            return self.add_type("kObject", fields=self.body(fields), null_error=ZERO_ERRORS.get(fields.get("ref"), ""))
        if name == "capsule:syntax/alloytypes.OptionalSecret":
            return self.type_of("optional_secret", None, None)
        if name in self.catalog["capsules"]:
            return self.make_capsule(name, self.catalog["capsules"][name])
        rule, words = self.rule_of(go) if go and name == "string" else ("kTextAny", 0)
        if rule != "kTextAny":
            known = self.catalog["text_types"].get(go, {})
            flags = ["kTypeTextStruct"] if known.get("kind") == "struct" else []
            return self.add_type("kText", go=short_name(go), flags=flags, rule=rule, words=words)
        kind, go_name = PLAIN[name]
        return self.add_type(kind, go=number or go_name, rule="kTextDuration" if name == "duration" else "kTextAny")

    def make_capsule(self, name, capsule):
        flags = ["kTypeInterface"] if capsule["kind"] == "interface" else []
        flags += ["kTypeFromObject"] if "map" in capsule.get("from", []) else []
        # A Go slice of rules: the static checker looks into list literals.
        element = self.type_of("object", None, {"ref": "common/relabel.Config"}) if name == "RelabelRules" else 0
        return self.add_type("kCapsule", go=short_name(capsule["go"]), name=name, flags=flags, element=element)

    def add_type(self, kind, go="", name="", null_error="", flags=(), rule="kTextAny", element=0, fields=0, words=0):
        self.type_rows.append((kind, go, name, null_error, flags, rule, element, fields, words))
        return len(self.type_rows)

    def attribute(self, name, attr, go=None):
        """`go` is the struct that has it."""
        number = self.structs["numbers"].get(go, {}).get(name)
        flags = ["kRowRequired"] if attr.get("req") else []
        flags += ["kRowDeprecated"] if attr.get("dep") else []
        flags += ["kRowFilled"] if name in self.structs["filled"].get(go, []) else []
        flags += ["kRowSquashed"] if name in self.structs["squashed"].get(go, []) else []
        kind = self.type_of(attr["t"], attr.get("go"), attr.get("fields"), number)
        return ("kAttr", name, attr.get("d", ""), attr.get("def", ""), flags, "kOnce", 0, kind, 0, 0, self.documented_of(attr))

    def documented_of(self, attr):
        """The index of what the manual says of its value."""
        said = (attr.get("lim", ""), tuple(attr.get("enum_doc", ())))
        if said == ("", ()):
            return 0
        known = [d[0] for d in self.documented]
        if said not in known:
            known.append(said)
            self.documented.append((said, len(self.words)))
            self.words += said[1]
        return known.index(said) + 1

    def group(self, name, members):
        """The blocks `name.x`, which keep their order in one list."""
        kinds = [(n.removeprefix(name + "."), self.body(b["body"])) for n, b in members.items()]
        self.groups.append((len(self.members), len(kinds)))
        self.members += kinds
        return ("kEnum", name, "", "", [], "kMany", 0, 0, 0, len(self.groups), 0)

    def block(self, name, block, go):
        count, repeated, present = block.get("count", 0), block.get("rep"), block.get("present")
        flags = ["kRowRequired"] if block.get("req") else []
        flags += ["kRowAlwaysThere"] if present and not repeated else []
        flags += ["kRowPointer"] if not repeated and (not present or name in self.structs["pointers"].get(go, [])) else []
        repeat = "kExactly" if count else "kMany" if repeated else "kOnce"
        return ("kBlock", name, block.get("d", ""), "", flags, repeat, count, 0, self.body(block["body"]), 0, 0)

    def body(self, body):
        """The index of a body's schema; its rows are written later, since bodies may hold themselves."""
        key = body.get("ref") or json.dumps(body, sort_keys=True)
        if key not in self.bodies:
            self.schemas.append(None)
            self.bodies[key] = len(self.schemas)
            self.queue.append((self.bodies[key], self.catalog["bodies"][key] if "ref" in body else body))
        return self.bodies[key]

    def add_schema(self, index, name, rows, module=False):
        self.schemas[index - 1] = (name, len(self.rows), len(rows), module, name in self.structs["unmarshalers"])
        self.rows += rows

    def write_bodies(self):
        while self.queue:
            index, body = self.queue.pop(0)
            while "ref" in body:
                body = self.catalog["bodies"][body["ref"]]
            label = [("kLabel", "", "", "", ["kRowRequired"], "kOnce", 0, self.type_of("string", None, None), 0, 0, 0)]
            rows = (label if body.get("label") else []) + self.members_of(body)
            self.add_schema(index, body.get("go", "module"), rows, bool(body.get("module")))

    def members_of(self, body):
        """The rows of attributes, blocks and groups, in the order of Go's struct."""
        go = body.get("go")
        rows = {n: self.attribute(n, a, go) for n, a in body.get("attrs", {}).items()}
        groups = {}
        for name, block in body.get("blocks", {}).items():
            if "group" in block:
                groups.setdefault(block["group"], {})[name] = block
            else:
                rows[name] = self.block(name, block, go)
        rows |= {n: self.group(n, members) for n, members in groups.items()}
        order = self.structs["order"].get(go, list(rows))
        if sorted(order) != sorted(rows):
            raise ValueError(f"{go}: its members are not those of catalog/structs.json")
        return [rows[n] for n in order]

    def components(self):
        rows = []
        for name, c in sorted(self.catalog["components"].items()):
            exports = 0
            if c.get("exports"):
                self.schemas.append(None)
                exports = len(self.schemas)
                self.add_schema(exports, "", [self.attribute(n, a) for n, a in c["exports"].items()])
            community = c["stability"] == "community"
            rows.append((name, c.get("d", ""), page(c), STABILITY[c["stability"]], community, self.body(c["args"]), exports))
        return rows

    def blocks(self):
        rows = []
        for name, b in sorted(self.catalog["config_blocks"].items()):
            flags = [bool(b.get(key)) for key in ("label", "service", "noconfig")]
            arguments = self.body(b["args"]) if b.get("args") else 0
            rows.append((name, b.get("d", ""), page(b), STABILITY[b["stability"]], WHERE[b["where"]], *flags, arguments))
        return rows

    def functions(self):
        rows = []
        for name, f in sorted(self.catalog["stdlib"].items()):
            deprecated = bool(f.get("deprecated"))
            use = f.get("use", "") if deprecated else ""
            rows.append((name, f.get("d", ""), signature(f), use, STABILITY[f["stability"]], f["kind"] == "constant", deprecated))
        return rows

    def write(self):
        components = self.components()
        blocks = self.blocks()
        functions = self.functions()
        self.write_bodies()
        if len(self.groups) > MOST_GROUPS or len(self.word_list_rows) > MOST_WORD_LISTS:
            raise ValueError("catalog_tables.h has room for fewer groups or lists of words")
        texts = Texts(
            [t for r in self.rows for t in r[1:4]] + [s[0] for s in self.schemas] + [m[0] for m in self.members]
            + [t for r in self.type_rows for t in r[1:4]] + [t for r in self.word_list_rows for t in r[2:4]] + self.words
            + [d[0][0] for d in self.documented]
            + [t for r in components + blocks for t in r[:3]] + [t for r in functions for t in r[:4]]
        )  # fmt: skip
        place = texts.place

        def flag(value):
            return "true" if value else "false"

        def table(kind, name, rows):
            return f"const {kind} {name}[] = {{\n" + "".join(f"    {{{', '.join(str(v) for v in row)}}},\n" for row in rows) + "};"

        tables = [
            texts.literal(),
            table("RowCells", "kRows", [
                (place(r[1]), place(r[2]), place(r[3]), f"uint8_t(RowKind::{r[0]})", " | ".join(r[4]) or 0, f"uint8_t(Repeat::{r[5]})", *r[6:])
                for r in self.rows
            ]),
            table("DocumentedCells", "kDocumented", [(place(limit), first, len(words)) for (limit, words), first in self.documented]),
            table("SchemaCells", "kSchemas", [(place(n), first, count, flag(module), flag(own)) for n, first, count, module, own in self.schemas]),
            table("GroupCells", "kGroups", self.groups),
            table("MemberCells", "kMembers", [(place(n), schema) for n, schema in self.members]),
            table("TypeCells", "kTypes", [
                (place(go), place(name), place(error), f"uint8_t(TypeKind::{kind})", " | ".join(flags) or 0, rule, element, fields, words)
                for kind, go, name, error, flags, rule, element, fields, words in self.type_rows
            ]),
            table("WordListCells", "kWordLists", [
                (first, count, place(before), place(after), flag(quote), flag(lowered))
                for first, count, before, after, quote, lowered in self.word_list_rows
            ]),
            "const Text kWords[] = {\n" + "".join(f"    {place(w)},\n" for w in self.words) + "};",
            table("ComponentCells", "kComponents", [(*map(place, c[:3]), c[3], flag(c[4]), *c[5:]) for c in components]),
            table("BlockCells", "kBlocks", [(*map(place, b[:3]), b[3], b[4], *map(flag, b[5:8]), b[8]) for b in blocks]),
            table("FunctionCells", "kFunctions", [(*map(place, f[:4]), f[4], *map(flag, f[5:])) for f in functions]),
            f"const size_t kSchemaCount = {len(self.schemas)}, kTypeCount = {len(self.type_rows)}, kComponentCount = {len(components)}, "
            f"kBlockCount = {len(blocks)}, kFunctionCount = {len(functions)};",
        ]  # fmt: skip
        includes = ['#include "src/language/catalog.h"', '#include "src/language/catalog_tables.h"']
        return "\n".join(["// Written by tools/write_catalog.py."] + includes + ["", "namespace invar::catalog_tables {"] + tables + ["}", ""])


def main():
    catalog, structs, out = sys.argv[1:]
    with open(catalog, encoding="utf-8") as file, open(structs, encoding="utf-8") as more:
        written = Writer(json.load(file), json.load(more)).write()
    with open(out, "w", encoding="utf-8") as file:
        file.write(written)


main()
