#!/usr/bin/env python3
"""Writes the secrets that loki.secretfilter knows by itself, as TOML in a C++ string, from a gitleaks.toml of gitleaks (MIT License).

Usage: write_secret_rules.py GITLEAKS.toml VERSION > src/components/loki/secretfilter/default_rules.inc
"""

import sys
import tomllib

KEPT = ("id", "regex", "path", "entropy", "secretGroup", "keywords")
KEPT_OF_ALLOWLIST = ("condition", "regexTarget", "regexes", "stopwords", "paths")


def value(given):
    if isinstance(given, list):
        return "[" + ",".join(value(one) for one in given) + "]"
    if isinstance(given, str):
        if "'''" in given:
            sys.exit(f"cannot be written: {given}")
        return f"'''{given}'''" if "'" in given or "\n" in given else f"'{given}'"
    return str(given)


def table(name, given, kept):
    lines = [f"[[{name}]]"]
    lines += [f"{key}={value(given[key])}" for key in kept if key in given]
    return lines


def allowlist(name, given):
    """A log line has no path: what only looks at paths, or would do as well without, says nothing about it."""
    if given.get("condition", "OR").upper() in ("OR", "||"):
        given = {key: given[key] for key in given if key != "paths"}
    return table(name, given, KEPT_OF_ALLOWLIST) if given.keys() & {"paths", "regexes", "stopwords"} else []


def main():
    path, version = sys.argv[1:]
    with open(path, "rb") as file:
        config = tomllib.load(file)
    lines = allowlist("allowlists", config["allowlist"])
    for rule in config["rules"]:
        lines += table("rules", rule, KEPT)
        for given in rule.get("allowlists", []):
            lines += allowlist("rules.allowlists", given)
    text = "\n".join(lines) + "\n"
    if ')rules"' in text:
        sys.exit("the text ends its own string")
    print(f"// Written by tools/write_secret_rules.py from the rules of gitleaks {version}.")
    print("// Copyright (c) 2019 Zachary Rice, MIT License: permission is granted, free of charge, to use, copy, modify, merge, publish, distribute, sublicense and sell")
    print("// copies, provided that this notice is kept. They come as they are, without warranty of any kind.")
    print('R"rules(')
    sys.stdout.write(text)
    print(')rules"')


main()
