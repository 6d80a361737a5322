#!/usr/bin/env python3
"""The part of scripts/demo that comes after the build."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "examples" / "pod-logs")]

import write_logs  # noqa: E402
from harness import paths  # noqa: E402
from harness.invar import Invar  # noqa: E402
from harness.process import wait_until  # noqa: E402
from harness.sink import Sink  # noqa: E402

CONFIG = ROOT / "examples" / "pod-logs" / "config.alloy"


def shown(path):
    return os.path.relpath(path) if str(path).startswith(str(ROOT)) else str(path)


def settled(invar, lines):
    """True once every line read has been sent or dropped; CRI pieces become one line."""

    def done():
        read = invar.metric("loki_source_file_read_lines_total")
        sent = invar.metric("loki_write_sent_entries_total")
        dropped = invar.metric("loki_process_dropped_lines_total")
        return read >= lines["physical"] and sent + dropped >= lines["records"]

    return done


def drops(invar):
    """[(where, reason, lines)] of everything that was dropped on the way."""
    found = []
    for name in ("loki_process_dropped_lines_total", "loki_write_dropped_entries_total"):
        found += [(name, labels.get("reason", ""), int(count)) for labels, count in invar.metrics(name) if count]
    return found


def print_table(sink, invar, url):
    print()
    if sink:
        print(sink.ask("/summary?format=table"))
    else:
        print(f"sent to {url}: {int(invar.metric('loki_write_sent_entries_total'))} lines, "
              f"{int(invar.metric('loki_write_sent_bytes_total'))} bytes compressed\n")
    print(f"{'dropped by reason':<24}{'lines':>10}")
    for where, reason, count in drops(invar):
        print(f"{reason:<24}{count:>10}   {where}")
    if not drops(invar):
        print("nothing")


def print_next(place, invar):
    binary = shown(paths.program("invar"))
    print(f"""
What to try next
  {binary} validate {shown(CONFIG)}
  {binary} run {shown(CONFIG)} --storage.path=/tmp/invar    POD_LOGS, LOKI_URL, LOKI_USERNAME and LOKI_PASSWORD say where
  LOKI_URL=http://127.0.0.1:3100/loki/api/v1/push scripts/demo   the same into a real Loki
  scripts/test                                                    every test
The sample logs are in {place}/var/log/pods, what invar wrote about itself in {invar.log_path}.""")


def main():
    place = Path(tempfile.mkdtemp(prefix="invar-demo-"))
    written = write_logs.write(place)
    taken = {name: count for name, count in written.items() if name != "loadtest"}  # config.alloy opts it out
    lines = {"physical": sum(count["lines"] for count in taken.values()), "records": sum(count["records"] for count in taken.values())}
    print(f"wrote {sum(count['lines'] for count in written.values())} lines of {len(written)} pods below {place}/var/log/pods; "
          f"{lines['physical']} lines of {len(taken)} pods are to be collected as {lines['records']} records")

    url, user, password = os.environ.get("LOKI_URL"), os.environ.get("LOKI_USERNAME", ""), os.environ.get("LOKI_PASSWORD", "")
    sink = None
    if not url:
        user, password = "demo", "demo-password"
        sink = Sink(place, f"--basic-auth={user}:{password}")
        url = sink.url
    environment = {"POD_LOGS": str(place / "var/log/pods"), "LOKI_URL": url, "LOKI_USERNAME": user, "LOKI_PASSWORD": password}
    invar = Invar(CONFIG, place, env=environment)
    try:
        print(f"invar run {shown(CONFIG)}: ready after {invar.wait_ready() * 1000:.0f} ms")
        wait_until(settled(invar, lines), 60, lambda: "every line sent:\n" + invar.log()[-3000:], interval=0.1)
        print_table(sink, invar, url)
        code, seconds = invar.terminate()
        print(f"\ninvar stopped after {seconds * 1000:.0f} ms with exit code {code}")
        print_next(place, invar)
        shutil.rmtree(place / "storage", ignore_errors=True)
        return 0 if code == 0 else 1
    finally:
        invar.close()
        if sink:
            sink.close()


if __name__ == "__main__":
    sys.exit(main())
