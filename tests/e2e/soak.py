#!/usr/bin/env python3
"""A long run under load: soak.py SECONDS

Lines at a steady rate over 50 rotating files; every minute the sink fails in another way for some seconds; every five minutes
invar is killed or reloaded. Prints a JSON line a minute (memory, descriptors, lines) and a verdict; exit 1 when a line was lost
or memory kept growing.
"""

import itertools
import json
import sys
import tempfile
import time
from pathlib import Path

import case
from harness import loggen, procfs
from harness.invar import Invar
from harness.sink import Sink

RATE, FILES, ROTATION = 5000, 50, 20
FAULTS = ["503", "reset", "ok", "refuse", "429", "stall", "ok", "lostack"]


def config(tree, url):
    return case.tail_config([tree / "var/log/pods/*/*/*.log"], url)


def observe(invar, sink, minute):
    memory = procfs.memory(invar.pid)
    row = {"minute": minute, "rss_mb": round(memory["rss"], 1), "anon_mb": round(memory["anon"], 1),
           "descriptors": procfs.open_files(invar.pid), "unique": sink.unique(), "cpu_s": sum(procfs.cpu_seconds(invar.pid))}
    print(json.dumps(row), flush=True)
    return row


def run(place, seconds):
    """Returns (check, rows, kills)."""
    sink = Sink(place)
    rows, kills, faults = [], 0, itertools.cycle(FAULTS)
    with loggen.Live(place / "tree", FILES) as writer:
        path = place / "config.alloy"
        path.write_text(config(writer.directory, sink.url))
        invar = Invar(path, place)
        invar.wait_ready()
        writer.start_run(RATE, seconds, ROTATION)
        started = time.monotonic()
        minute = 0
        while time.monotonic() - started < seconds:
            time.sleep(max(0.0, min(60.0, seconds - (time.monotonic() - started))))
            minute += 1
            rows.append(observe(invar, sink, minute))
            sink.fault(next(faults), 10)
            if minute % 10 == 5:
                invar.kill()
                kills += 1
                invar = Invar(path, place, port=invar.port)
                invar.wait_ready()
            elif minute % 10 == 0 and invar.reload()[0] != 200:
                raise AssertionError("a reload was refused")
        writer.finish()
        sink.fault("ok")
        written = loggen.written(writer.manifest())
        case.wait_until(lambda: sink.unique() >= sum(written.values()), 120, lambda: str(sink.check(written)))
        time.sleep(2)
        check = sink.check(written)
        invar.terminate()
        sink.close()
    return check, rows, kills


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="invar-soak-") as place:
        check, rows, kills = run(Path(place), float(sys.argv[1]))
    settled = [row["rss_mb"] for row in rows[len(rows) // 4:]]
    grows = len(settled) > 8 and min(settled[-4:]) > 1.5 * max(settled[:4])
    print(json.dumps({"expected": check["expected"], "lost": check["lost"], "dup": check["dup"], "kills": kills,
                      "max_rss_mb": max(row["rss_mb"] for row in rows), "memory_grows": grows}))
    return 1 if check["lost"] or grows else 0


if __name__ == "__main__":
    sys.exit(main())
