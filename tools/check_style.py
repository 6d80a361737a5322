#!/usr/bin/env python3
"""Fails on what no reviewer should have to say twice. Usage: check_style.py [REPOSITORY]"""

import re
import subprocess
import sys
from pathlib import Path

MAX_LINES = 600  # 500 is what to aim at; beyond this a file is refused unless it is listed below
MAX_COLUMNS = 170  # clang-format keeps 120; this refuses what nobody formatted, strings that cannot be cut excepted
MAX_BYTES = 1_000_000

# Code longer than MAX_LINES, and the reason.
LONG_FILES: dict[str, str] = {}
# Written by a program: only names and machine paths are looked at.
GENERATED = re.compile(r"^grammar/generated/|\.inc$|^tests/(conformance|diagnostics|fuzz/corpus)/|\.(json|jsonl|tmpl)$")

FORBIDDEN_NAMES = re.compile(r"(^|[_\-./])(utils?|helpers?|misc|managers?|common)([_\-./]|$)")
FORBIDDEN_TYPES = re.compile(r"\b(?:class|struct)\s+\w*(Manager|Helper|Util|Utils|Impl|Data)\b(?!\s*;)")
MACHINE_PATHS = re.compile(r"(?<![\w.$}])/(work|farm|root|home/\w+)/")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
CODE_LOOK_TWICE = [
    (re.compile(r"using namespace std;"), "using namespace std"),
    (re.compile(r"\bstd::regex\b"), "std::regex"),
    (re.compile(r"#include <regex>"), "<regex>"),
]


def check_text(name, text):
    """Problems of one file: ["name:line: why"]."""
    found = []
    lines = text.split("\n")
    is_code = name.endswith((".cpp", ".h"))
    if name.endswith(".h") and "#pragma once" not in text:
        found.append(f"{name}:1: header without #pragma once")
    if is_code and len(lines) > MAX_LINES and name not in LONG_FILES:
        found.append(f"{name}:{MAX_LINES}: {len(lines)} lines; a noun may be missing")
    if text and not text.endswith("\n"):
        found.append(f"{name}:{len(lines)}: no newline at the end")
    for number, line in enumerate(lines, 1):
        at = f"{name}:{number}:"
        if MACHINE_PATHS.search(line):
            found.append(f"{at} path of one machine")
        if UNFINISHED.search(line):
            found.append(f"{at} unfinished: {line.strip()[:80]}")
        if not is_code:
            continue
        if len(line) > MAX_COLUMNS and 'R"' not in line and '"' not in line:
            found.append(f"{at} {len(line)} columns")
        if line.rstrip() != line:
            found.append(f"{at} blanks at the end")
        if "\t" in line:
            found.append(f"{at} tab")
        if FORBIDDEN_TYPES.search(line):
            found.append(f"{at} a type's name says what it is: no Manager, Helper, Util, Impl, Data")
        found += [f"{at} {why}" for pattern, why in CODE_LOOK_TWICE if pattern.search(line)]
    return found


def check_name(name):
    stem = re.sub(r"^(\.ci|tests/conformance)/", "", name)
    return [f"{name}:1: a file's name says what it holds: no utils, helpers, misc, manager"] if FORBIDDEN_NAMES.search(stem) else []


def check(root):
    listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"], check=True, capture_output=True, text=True)
    found = []
    for name in sorted(listed.stdout.splitlines()):
        path = root / name
        if not path.is_file():
            continue
        found += check_name(name)
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES and not GENERATED.search(name):
            found.append(f"{name}:1: {len(raw)} bytes")
        if b"\0" in raw[:8000] or name in ("tools/check_style.py", "tools/check_style_test.py"):
            continue
        problems = check_text(name, raw.decode("utf-8", "replace"))
        if GENERATED.search(name):
            problems = [problem for problem in problems if problem.endswith("path of one machine")]
        found += problems
    return found


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = check(root)
    for line in found:
        print(line)
    print(f"style: {len(found)} problems" if found else "style: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
