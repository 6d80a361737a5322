#!/usr/bin/env python3
"""Writes jumps (src/base/late_library.h) for what an archive calls in shared libraries that are to be loaded when they are needed.

Usage: write_late_jumps.py NM OBJDUMP ARCHIVE OUT.cpp LIBRARY...
"""

import re
import subprocess
import sys


def symbols(nm, options, file):
    lines = subprocess.run([nm, *options, file], check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[-1].split("@")[0] for line in lines if line.strip() and not line.endswith(":")}


def soname(objdump, library):
    described = subprocess.run([objdump, "-p", library], check=True, capture_output=True, text=True).stdout
    return re.search(r"SONAME\s+(\S+)", described).group(1)


def main():
    nm, objdump, archive, out, *libraries = sys.argv[1:]
    wanted = symbols(nm, ["--undefined-only"], archive)
    lines = ["// Written by tools/write_late_jumps.py.", '#include "src/base/late_library.h"', ""]
    for index, library in enumerate(libraries):
        called = sorted(wanted & symbols(nm, ["-D", "--defined-only"], library))
        wanted -= set(called)
        data = [name for name in called if name.startswith("_ZT")]
        if data:
            sys.exit(f"{archive} needs data of {library}, which cannot be loaded late: {' '.join(data)}")
        lines.append(f'static constinit const invar::late::Library kLibrary{index}{{"{soname(objdump, library)}"}};')
        lines += [f"INVAR_LATE_FUNCTION(kLibrary{index}, {name});" for name in called]
    with open(out, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


main()
