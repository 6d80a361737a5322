#!/usr/bin/env python3
"""Fails on an include that goes up or sideways between the floors, and on a foreign header away from its home.

The floors are those of docs/architecture.md. Usage: check_layers.py [REPOSITORY]
"""

import re
import sys
from pathlib import Path

BASE, IO_TEXT = {"src/base"}, {"src/io", "src/text", "src/base"}

# Folder -> folders it may include besides itself.
FLOORS = {
    "src/base": set(),
    "src/parser": BASE,
    "src/text": BASE,
    "src/io": BASE,
    "src/language": {"src/parser", "src/text", "src/base"},
    "src/telemetry": {"src/text", "src/base"},
    "src/clients": IO_TEXT,
    "src/runtime": {"src/language", "src/telemetry", "src/parser"} | IO_TEXT,
    "stdlib/functions": {"src/language", "src/text", "src/base"},
    "src/components": {"src/runtime", "src/clients", "src/telemetry", "src/language"} | IO_TEXT,
    "src/lint": {"src/runtime", "src/language", "src/parser", "src/text", "src/base"},
    "src/simulation": {"src/runtime", "stdlib/functions", "src/language", "src/telemetry", "src/clients", "src/parser"} | IO_TEXT,
}
FLOORS["src/lsp"] = {"src/lint", "src/runtime", "stdlib/functions", "src/language", "src/parser", "src/text", "src/base"}
FLOORS["src/cli"] = set(FLOORS)

# Beginning of a foreign header -> the folder whose .cpp files may include it, or several.
HOMES = {
    "antlr4": "src/parser", "grammar/": "src/parser",
    "re2/": "src/text", "simdjson": "src/text", "nlohmann/": "src/text", "yaml.h": "src/text", "cctz/": "src/text", "iconv.h": "src/text",
    "uv.h": "src/io", "httplib.h": "src/io", "git2.h": "src/io", "curl/": "src/io", "nghttp2/": "src/io", "openssl/": ("src/io", "src/text/gotemplate"),
    "crypt.h": ("src/text/gotemplate",),
    "protozero/": "src/telemetry", "snappy": "src/telemetry", "libdeflate.h": "src/telemetry", "zlib.h": ("src/telemetry", "src/io"), "bzlib.h": "src/io",
    "zstd.h": "src/telemetry", "xxhash.h": ("src/telemetry", "src/io"),
    "librdkafka/": "src/clients",
    "toml++/": ("src/lint", "src/components"),
}  # fmt: skip
# Folders whose headers know a foreign library: they are as private as it is, to the .cpp files around them.
PRIVATE = ("src/parser/antlr/",)
TEST_HEADERS = ("doctest/", "benchmark/")
CONTAINERS = ("tsl/",)  # header-only and without a voice of their own: as free as the standard library's

# C and POSIX headers; those of the C++ library have neither a dot nor a slash.
SYSTEM = re.compile(
    r"(sys|net|netinet|arpa|linux|bits)/.*|"
    r"(aio|assert|ctype|dirent|dlfcn|elf|endian|errno|execinfo|fcntl|features|glob|grp|ifaddrs|inttypes|libgen|limits|link|locale|malloc|"
    r"math|netdb|poll|pthread|pwd|sched|semaphore|signal|stdarg|stddef|stdint|stdio|stdlib|string|strings|syslog|termios|time|"
    r"ucontext|unistd|wchar)\.h|[a-z]mmintrin\.h|immintrin\.h|arm_neon\.h|[^./]+"
)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def floor_of(path):
    """The floor a file or an include belongs to, or None."""
    return next((floor for floor in FLOORS if path.startswith(floor + "/")), None)


def component_of(path, components):
    """The component folder (loki/source/file) a path lies in, or None."""
    found = [folder for folder in components if path.startswith(f"src/components/{folder}/")]
    return max(found, key=len, default=None)


def is_shared(include):
    return include.startswith("src/components/shared/") or re.match(r"src/components/[^/]+/shared/", include) is not None


def wrong_component(path, include, components):
    """Why a component may not include this file of another one, or None."""
    other = component_of(include, components)
    if other is None or is_shared(include) or other == component_of(path, components):
        return None
    return f"component {component_of(path, components)} includes component {other}"


def wrong_foreign(path, floor, include):
    """Why this foreign header may not be here, or None."""
    is_test = re.search(r"_(test|bench|fuzz)\.cpp$|_bench\.h$", path) is not None
    if SYSTEM.fullmatch(include) or include.startswith(CONTAINERS) or is_test:
        return None
    home = next((home for begin, home in HOMES.items() if include.startswith(begin)), None)
    if include.startswith(TEST_HEADERS):
        return f"{include} belongs to tests"
    if home is None and floor != "src/components":
        return f"foreign header {include} has no home"
    homes = (home,) if isinstance(home, str) else home or ()
    if homes and not path.startswith(tuple(folder + "/" for folder in homes)):
        return f"foreign header {include} belongs to {' and '.join(homes)}"
    if not path.endswith(".cpp") and not path.startswith(PRIVATE):
        return f"foreign header {include} in a header: only .cpp files may know it"
    return None


def problem(path, quote, include, components):
    """Why a file may not have this include, or None."""
    floor, target = floor_of(path), floor_of(include)
    if floor is None:
        return None
    if target is None and quote == "<" or include.startswith("grammar/"):
        return wrong_foreign(path, floor, include)
    if target is None:
        return None if include.startswith("tests/") and path.endswith(("_test.cpp", "_bench.h")) else f"{include}: name it from the root of the repository"
    if target != floor and target not in FLOORS[floor]:
        return f"{floor} may not include {target} ({include})"
    if include.startswith(PRIVATE) and not path.endswith(".cpp") and not path.startswith(PRIVATE):
        return f"{include} knows a foreign library: only .cpp files may know it"
    if floor == target == "src/components":
        return wrong_component(path, include, components)
    return None


def check(root):
    """All problems below a repository: ["path: why"]."""
    files = [file for top in ("src", "stdlib") for file in sorted((root / top).rglob("*")) if file.suffix in (".h", ".cpp")]
    names = [file.relative_to(root).as_posix() for file in files]
    components = [name.removeprefix("src/components/").rsplit("/", 1)[0] for name in names
                  if name.startswith("src/components/") and name.endswith("/component.cpp")]
    found = []
    for file, name in zip(files, names):
        for quote, include in INCLUDE.findall(file.read_text(encoding="utf-8")):
            why = problem(name, quote, include, components)
            if why:
                found.append(f"{name}: {why}")
    return found


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = check(root)
    for line in found:
        print(line)
    print(f"layers: {len(found)} problems" if found else "layers: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
