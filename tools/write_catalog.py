#!/usr/bin/env python3
"""Writes the recorded catalog as read-only C++ tables. Usage: write_catalog.py CATALOG.json OUT.cpp

Schemas of everything Alloy knows, built here or not; src/language/catalog.h says what they are for.
"""

import json
import sys


def text(value):
    return json.dumps(value, ensure_ascii=True).replace("\\u007f", "\\x7f")


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
    "generally-available": "Stability::kGenerallyAvailable",
    "public-preview": "Stability::kPublicPreview",
    "experimental": "Stability::kExperimental",
    "community": "Stability::kGenerallyAvailable",
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
FORMATS = {"bytes": "&spoken_internal::accept_byte_size", "regex": "&accept_regex", "url": "&accept_url", "go-template": "&accept_template"}
# Words that are read in any case (Go: strings.ToLower before the switch); messages show them in small letters.
LOWERED = {
    "open-telemetry/opentelemetry-collector-contrib/pkg/ottl.ErrorMode",
    "otelcol/auth/headers.Action",
    "otelcol/processor/tail_sampling.ErrorMode",
    "otelcol/processor/transform.ContextID",
}
# What Validate() says of a struct's zero value.
ZERO_ERRORS = {"common/relabel.Config": "relabel action cannot be empty"}
# Attributes that Go's struct has behind its blocks: what is missing is told in that order.
BEHIND_BLOCKS = {"loki/source/azure_event_hubs.Arguments": "forward_to", "loki/source/syslog.Arguments": "forward_to"}
NOT_EMPTY = "loki/process/stages.Source"


class Writer:
    def __init__(self, catalog):
        self.catalog = catalog
        self.forward = []
        self.types = {}
        self.type_lines = []
        self.word_lines = []
        self.accepts = {}
        self.words = {}
        self.bodies = {}
        self.schema_lines = []
        self.queue = []

    def accepts_of(self, go):
        """The name of the function that takes a text type's words, or nullptr."""
        if go in self.accepts:
            return self.accepts[go]
        known = self.catalog["text_types"].get(go, {})
        self.accepts[go] = "nullptr"
        if known.get("fmt") in FORMATS:
            self.accepts[go] = FORMATS[known["fmt"]]
        elif go == NOT_EMPTY:
            self.accepts[go] = "&accept_source"
        elif "probe_err" in known and "accepts" in known:
            index = len(self.word_lines)
            before, after = known["probe_err"].split("zzz_bad", 1)
            quoted = before.endswith('"') and after.startswith('"')
            if quoted:
                before, after = before[:-1], after[1:]
            words = list(known["accepts"]) + ([""] if known.get("accepts_empty") else [])
            self.word_lines.append(
                f"constexpr std::string_view kWords{index}[] = {{{', '.join(text(w) for w in words)}}};\n"
                f"bool accept_words{index}(std::string_view text, std::string& why) {{\n"
                f"  return accept_word(text, kWords{index}, {{{text(before)}, {text(after)}, {str(quoted).lower()}, "
                f"{str(go in LOWERED).lower()}}}, why);\n}}"
            )
            self.words[go] = f"kWords{index}"
            self.accepts[go] = f"&accept_words{index}"
        return self.accepts[go]

    def type_of(self, name, go, fields):
        key = (name, go, json.dumps(fields, sort_keys=True))
        if key in self.types:
            return self.types[key]
        for outer, kind in (("list(", "kList"), ("map(", "kMap")):
            if name.startswith(outer):
                element = self.type_of(name[len(outer) : -1], go, fields)
                return self.add_type(key, f".kind = TypeKind::{kind}, .element = &{element}")
        if name == "object":
            if not fields:
                return self.type_of("any", None, None)
            zero = ZERO_ERRORS.get(fields.get("ref"))
            error = f", .null_error = {text(zero)}" if zero else ""
            return self.add_type(key, f".kind = TypeKind::kObject, .fields = &{self.body(fields)}{error}")
        if name == "capsule:syntax/alloytypes.OptionalSecret":
            return self.type_of("optional_secret", None, None)
        if name in self.catalog["capsules"]:
            capsule = self.catalog["capsules"][name]
            parts = f".kind = TypeKind::kCapsule, .go = {text(short_name(capsule['go']))}, .name = {text(name)}"
            if name == "RelabelRules":  # a Go slice of rules: the static checker looks into list literals
                rule = self.type_of("object", None, {"ref": "common/relabel.Config"})
                parts += f", .element = &{rule}"
            parts += ", .interface = true" if capsule["kind"] == "interface" else ""
            parts += ", .from_object = true" if "map" in capsule.get("from", []) else ""
            return self.add_type(key, parts)
        if go and name == "string" and self.accepts_of(go) != "nullptr":
            words = f", .words = {self.words[go]}" if go in self.words else ""
            return self.add_type(
                key, f".kind = TypeKind::kText, .go = {text(short_name(go))}, .accepts = {self.accepts_of(go)}{words}"
            )
        kind, go_name = PLAIN[name]
        accepts = ", .accepts = &spoken_internal::accept_duration" if name == "duration" else ""
        return self.add_type(key, f".kind = TypeKind::{kind}, .go = {text(go_name)}{accepts}")

    def add_type(self, key, parts):
        symbol = f"kType{len(self.type_lines)}"
        self.type_lines.append(f"extern const TypeInfo {symbol};\nconstexpr TypeInfo {symbol}{{{parts}}};")
        self.types[key] = symbol
        return symbol

    def attribute(self, name, attr):
        parts = [".kind = RowKind::kAttr", f".name = {text(name)}"]
        if attr.get("req"):
            parts.append(".presence = Presence::kRequired")
        parts.append(f".doc = {text(attr.get('d', ''))}")
        parts.append(f".type = &{self.type_of(attr['t'], attr.get('go'), attr.get('fields'))}")
        if "def" in attr:
            parts.append(f".default_text = {text(attr['def'])}")
        if attr.get("dep"):
            parts.append(".deprecated = true")
        return "    {" + ", ".join(parts) + "},"

    def block(self, name, block):
        parts = [".kind = RowKind::kBlock", f".name = {text(name)}"]
        if block.get("req"):
            parts.append(".presence = Presence::kRequired")
        parts.append(f".doc = {text(block.get('d', ''))}")
        parts.append(f".schema = &{self.body(block['body'])}")
        if block.get("count"):
            parts.append(f".repeat = Repeat::kExactly, .count = {block['count']}")
        elif block.get("rep"):
            parts.append(".repeat = Repeat::kMany")
        return "    {" + ", ".join(parts) + "},"

    def body(self, body):
        """The symbol of a body's schema; its rows are written later, since bodies may hold themselves."""
        key = body.get("ref") or json.dumps(body, sort_keys=True)
        if key not in self.bodies:
            symbol = f"kBody{len(self.bodies)}"
            self.bodies[key] = symbol
            self.forward.append(f"extern const Schema {symbol};")
            self.queue.append((symbol, self.catalog["bodies"][key] if "ref" in body else body))
        return self.bodies[key]

    def write_bodies(self):
        while self.queue:
            symbol, body = self.queue.pop(0)
            while "ref" in body:
                body = self.catalog["bodies"][body["ref"]]
            rows = []
            if body.get("label"):
                rows.append("    {.kind = RowKind::kLabel, .name = {}, .presence = Presence::kRequired},")
            late = BEHIND_BLOCKS.get(body.get("go"))
            rows += [self.attribute(n, a) for n, a in body.get("attrs", {}).items() if n != late]
            rows += [self.block(n, b) for n, b in body.get("blocks", {}).items()]
            rows += [self.attribute(late, body["attrs"][late])] if late else []
            name = text(short_name(body.get("go", "module")))
            span = "{}"
            lines = []
            if rows:
                lines.append(f"constexpr Row k{symbol[1:]}Rows[] = {{")
                lines += rows
                lines.append("};")
                span = f"k{symbol[1:]}Rows"
            module = ", .module_body = true" if body.get("module") else ""
            lines.append(f"constexpr Schema {symbol}{{.name = {name}, .summary = {{}}, .rows = {span}{module}}};")
            self.schema_lines.append("\n".join(lines))

    def components(self):
        lines, exports = [], []
        for i, (name, c) in enumerate(sorted(self.catalog["components"].items())):
            parts = [f".name = {text(name)}", f".stability = {STABILITY[c['stability']]}"]
            if c["stability"] == "community":
                parts.append(".community = true")
            parts.append(f".doc = {text(c.get('d', ''))}, .page = {text(page(c))}")
            parts.append(f".arguments = {self.body(c['args'])}")
            if c.get("exports"):
                rows = "\n".join(self.attribute(n, a) for n, a in c["exports"].items())
                exports.append(f"constexpr Row kExports{i}[] = {{\n{rows}\n}};")
                parts.append(f".exports = kExports{i}")
            lines.append("    {" + ", ".join(parts) + "},")
        return exports, lines

    def blocks(self):
        lines = []
        where = {"root": "kRoot", "module": "kModule", "any": "kAny"}
        for name, b in sorted(self.catalog["config_blocks"].items()):
            parts = [f".name = {text(name)}", f".stability = {STABILITY[b['stability']]}"]
            parts.append(f".where = CatalogBlock::Where::{where[b['where']]}")
            for key, field in (("label", "label_required"), ("service", "service"), ("noconfig", "not_configurable")):
                if b.get(key):
                    parts.append(f".{field} = true")
            parts.append(f".doc = {text(b.get('d', ''))}, .page = {text(page(b))}")
            if b.get("args"):
                parts.append(f".arguments = {self.body(b['args'])}")
            lines.append("    {" + ", ".join(parts) + "},")
        return lines

    def functions(self):
        lines = []
        for name, f in sorted(self.catalog["stdlib"].items()):
            parts = [f".name = {text(name)}"]
            if f["kind"] == "constant":
                parts.append(".constant = true")
            parts.append(f".stability = {STABILITY[f['stability']]}")
            if f.get("deprecated"):
                parts.append(f".deprecated = true, .use_instead = {text(f.get('use', ''))}")
            parts.append(f".doc = {text(f.get('d', ''))}, .signature = {text(signature(f))}")
            lines.append("    {" + ", ".join(parts) + "},")
        return lines

    def write(self):
        exports, components = self.components()
        blocks = self.blocks()
        functions = self.functions()
        self.write_bodies()
        return "\n".join(
            ["// Written by tools/write_catalog.py.", '#include "src/language/catalog_tables.h"', "", "namespace invar::catalog_tables {"]
            + ["namespace {"] + self.word_lines + ["}  // namespace"]
            + self.forward + self.type_lines + self.schema_lines + exports
            + ["constexpr CatalogComponent kComponents[] = {"] + components + ["};"]
            + ["constexpr CatalogBlock kBlocks[] = {"] + blocks + ["};"]
            + ["constexpr CatalogFunction kFunctions[] = {"] + functions + ["};"]
            + ["std::span<const CatalogComponent> components() { return kComponents; }"]
            + ["std::span<const CatalogBlock> blocks() { return kBlocks; }"]
            + ["std::span<const CatalogFunction> functions() { return kFunctions; }"]
            + ["}  // namespace invar::catalog_tables", ""]
        )  # fmt: skip


def main():
    source, out = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        written = Writer(json.load(file)).write()
    with open(out, "w", encoding="utf-8") as file:
        file.write(written)


main()
