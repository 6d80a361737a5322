"""The kernels of ../shared/perf/limits: what the bare work of S1 to S3 costs on this machine right now."""

import json
import subprocess

from harness import paths
from measure import AGENT_CORE

KERNELS = {"s1": "kernel S1", "s2": "kernel S2", "s3": "kernel S3: whole pipeline, nginx span splitter"}


def build(work):
    """Builds limits.cpp, unchanged; its path, or None and a reason."""
    shared = paths.shared_directory()
    source = shared / "perf" / "limits" / "limits.cpp" if shared else None
    if source is None or not source.exists():
        return None, "../shared/perf/limits is not there: no share of a kernel"
    binary = work / "limits"
    if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["g++", "-O2", "-std=c++20", source, "-lre2", "-lsimdjson", "-lsnappy", "-o", binary], check=True)
    return binary, None


def measure(work, tree, say):
    """{"s1": lines per CPU second of its kernel (best), ...}; empty when the kernels cannot be built."""
    binary, why = build(work)
    if binary is None:
        say(why)
        return {}
    say("measuring the kernels, about 40 s for 200 MB")
    printed = subprocess.run(["taskset", "-c", str(AGENT_CORE), binary, tree], check=True, capture_output=True, text=True).stdout
    rows = [json.loads(line) for line in printed.splitlines()]
    if any(row.get("ok") is False for row in rows):
        raise RuntimeError("a kernel did not do its work:\n" + printed)
    return {scenario: row["lines_per_cpu_s"] for scenario, begin in KERNELS.items() for row in rows
            if row.get("what", "").startswith(begin)}
